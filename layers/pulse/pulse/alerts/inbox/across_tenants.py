"""Alerts of all tenants, as operators see them. Every look is an audit entry."""

from typing import Final, NamedTuple
from uuid import UUID

from psycopg import sql
from pydantic import AwareDatetime

from pulse.alerts.alert import Alert, AlertStatus
from pulse.alerts.inbox.alert_filter import HAS_STATUS, MATCHING_ANYWHERE, AlertFilter
from pulse.alerts.inbox.queries import COLUMNS
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import audited_operator_session


class TenantAlert(Alert):
    """An alert with whose it is."""

    tenant_id: str


class TenantAlertPosition(NamedTuple):
    """A place in the list, which has the newest first."""

    opened_at: AwareDatetime
    alert_id: UUID


class TenantAlertList(NamedTuple):
    """A page, where the next one starts (None after the last), and how many match in each status; all are there."""

    alerts: list[TenantAlert]
    next_position: TenantAlertPosition | None
    counts: dict[AlertStatus, int]


_PAGE: Final = sql.SQL("""
    SELECT {columns}
    {matching}
      AND {has_status}
      AND (%(after_alert_id)s::uuid IS NULL OR (opened_at, alert_id) < (%(after_opened_at)s, %(after_alert_id)s))
    ORDER BY opened_at DESC, alert_id DESC
    LIMIT %(limit)s
""").format(columns=COLUMNS, matching=MATCHING_ANYWHERE, has_status=HAS_STATUS)
_COUNT: Final = sql.SQL("SELECT status, count(*) AS alerts {matching} GROUP BY status").format(
    matching=MATCHING_ANYWHERE
)


def list_alerts_of_tenants(
    actor: Principal,
    wanted: AlertFilter,
    *,
    tenant_id: str | None,
    limit: int,
    after: TenantAlertPosition | None,
    origin: Origin,
) -> TenantAlertList:
    """A page of the alerts that are wanted, newest first, following `after`. Raises NotPermittedError."""
    parameters = {
        **wanted.parameters(tenant_id),
        "after_opened_at": after.opened_at if after else None,
        "after_alert_id": after.alert_id if after else None,
        "limit": limit + 1,
    }
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_ALERTS, action="alerts.list", origin=origin, tenant_id=tenant_id
    ) as connection:
        rows = connection.execute(_PAGE, parameters).fetchall()
        counted = connection.execute(_COUNT, parameters).fetchall()
    alerts = [TenantAlert.model_validate(row) for row in rows[:limit]]
    position = TenantAlertPosition(alerts[-1].opened_at, alerts[-1].alert_id) if len(rows) > limit else None
    counts = dict.fromkeys(AlertStatus, 0) | {AlertStatus(row["status"]): row["alerts"] for row in counted}
    return TenantAlertList(alerts, position, counts)
