"""Alerts of all tenants, as operators see them. Every look is an audit entry."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import sql
from pydantic import AwareDatetime, Field

from pulse.alerts.alert import Alert, AlertStatus
from pulse.alerts.inbox.alert_filter import HAS_STATUS, MATCHING_ANYWHERE, AlertFilter
from pulse.alerts.inbox.queries import COLUMNS
from pulse.alerts.severity import Severity
from pulse.database import Connection, keyset
from pulse.database.keyset import KeyPart
from pulse.devices.names import names_of
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import audited_operator_session
from pulse.tenants.registry import names_of_tenants


class TenantAlert(Alert):
    """An alert with whose it is."""

    tenant_id: str
    tenant_name: str
    device_name: str | None = Field(description="What its device is called, if it has a name")


class TenantAlertSort(StrEnum):
    """What the list is sorted by; ties are in the order of opening."""

    OPENED_AT = "opened_at"
    LAST_TRIGGERED_AT = "last_triggered_at"
    SEVERITY = "severity"
    STATUS = "status"
    TENANT_ID = "tenant_id"


class TenantAlertPosition(NamedTuple):
    """A place in a list that is sorted by `sort`: the alert there, and what it may be sorted by."""

    sort: TenantAlertSort
    opened_at: AwareDatetime
    last_triggered_at: AwareDatetime
    severity: Severity
    status: AlertStatus
    tenant_id: str
    alert_id: UUID


class TenantAlertList(NamedTuple):
    """A page, where the next one starts (None after the last), and how many match in each status; all are there."""

    alerts: list[TenantAlert]
    next_position: TenantAlertPosition | None
    counts: dict[AlertStatus, int]


# What is said of the status literally lets the indexes of live alerts be used, which are few beside the closed ones.
_PAGE: Final = sql.SQL("""
    SELECT {columns}
    {matching}
      AND {has_status}
      AND {live}
      AND {beyond}
    ORDER BY {ordering}
    LIMIT %(limit)s
""")
_COUNT: Final = sql.SQL("SELECT status, count(*) AS alerts {matching} GROUP BY status").format(
    matching=MATCHING_ANYWHERE
)
_TIE: Final = (
    KeyPart(sql.SQL("opened_at"), sql.SQL("%(after_opened_at)s::timestamptz")),
    KeyPart(sql.SQL("alert_id"), sql.SQL("%(after_alert_id)s::uuid")),
)
_STATUS_RANK: Final = sql.SQL("array_position('{{OPEN,ACKNOWLEDGED,CLOSED}}'::text[], {status})")
# The newest and the gravest come in the order of an index, and tenants in that of another. By the last sighting and by
# status what fits is read whole and sorted: an index would be written whenever an alert is triggered again.
_KEYS: Final = {
    TenantAlertSort.OPENED_AT: _TIE,
    TenantAlertSort.LAST_TRIGGERED_AT: (
        KeyPart(sql.SQL("last_triggered_at"), sql.SQL("%(after_last_triggered_at)s::timestamptz")),
        *_TIE,
    ),
    TenantAlertSort.SEVERITY: (KeyPart(sql.SQL("severity"), sql.SQL("%(after_severity)s::severity")), *_TIE),
    TenantAlertSort.STATUS: (
        KeyPart(
            _STATUS_RANK.format(status=sql.SQL("status")),
            _STATUS_RANK.format(status=sql.SQL("%(after_status)s::text")),
        ),
        *_TIE,
    ),
    TenantAlertSort.TENANT_ID: (KeyPart(sql.SQL("tenant_id"), sql.SQL("%(after_tenant_id)s")), *_TIE),
}


def list_alerts_of_tenants(
    actor: Principal,
    wanted: AlertFilter,
    *,
    tenant_id: str | None,
    sort: TenantAlertSort = TenantAlertSort.OPENED_AT,
    descending: bool = True,
    limit: int,
    after: TenantAlertPosition | None,
    origin: Origin,
) -> TenantAlertList:
    """A page of the alerts that are wanted, following `after`. Raises NotPermittedError."""
    parameters: dict[str, Any] = {**wanted.parameters(tenant_id), "limit": limit + 1}
    if after is not None:
        parameters |= {f"after_{name}": value for name, value in after._asdict().items()}
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_ALERTS, action="alerts.list", origin=origin, tenant_id=tenant_id
    ) as connection:
        query = _page_by(sort, wanted, after=after, descending=descending)
        rows = connection.execute(query, parameters).fetchall()
        counted = connection.execute(_COUNT, parameters).fetchall()
        alerts = _named(connection, rows[:limit])
    position = None
    if len(rows) > limit:
        last = alerts[-1]
        position = TenantAlertPosition(
            sort,
            last.opened_at,
            last.last_triggered_at,
            last.severity,
            last.status,
            last.tenant_id,
            last.alert_id,
        )
    counts = dict.fromkeys(AlertStatus, 0) | {AlertStatus(row["status"]): row["alerts"] for row in counted}
    return TenantAlertList(alerts, position, counts)


def _page_by(
    sort: TenantAlertSort, wanted: AlertFilter, *, after: TenantAlertPosition | None, descending: bool
) -> sql.Composed:
    key = _KEYS[sort]
    is_live = wanted.statuses is not None and AlertStatus.CLOSED not in wanted.statuses
    return _PAGE.format(
        columns=COLUMNS,
        matching=MATCHING_ANYWHERE,
        has_status=HAS_STATUS,
        live=sql.SQL("status <> 'CLOSED'" if is_live else "true"),
        beyond=sql.SQL("true") if after is None else keyset.beyond(key, descending=descending),
        ordering=keyset.ordering(key, descending=descending),
    )


def _named(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[TenantAlert]:
    tenants = names_of_tenants(connection, {row["tenant_id"] for row in rows})
    devices = names_of(connection, {(row["tenant_id"], row["device_id"]) for row in rows if row["device_id"]})
    return [
        TenantAlert.model_validate(
            {
                **row,
                "tenant_name": tenants[row["tenant_id"]],
                "device_name": devices.get((row["tenant_id"], row["device_id"])),
            }
        )
        for row in rows
    ]
