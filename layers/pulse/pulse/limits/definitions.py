"""What the limits are: defaults for everybody in `limits`, exceptions for single tenants in `tenant_limits`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from pulse import clock
from pulse.database import Connection, ingest_session, tenant_session
from pulse.limits.rates import Rate, format_rates, parse_rates

_REMEMBERED_FOR: Final = timedelta(seconds=30)
_remembered: dict[str | None, tuple[dict["LimitName", "Limit"], datetime]] = {}


class LimitName(StrEnum):
    """Every limit there is, by its name in the table."""

    API_USER = "api_user"
    API_TENANT = "api_tenant"
    API_EXPORT = "api_export"
    ACTIVATION = "activation"
    CLAIM = "claim"
    API_CHANNEL_TEST = "api_channel_test"
    API_COMMAND = "api_command"
    COMMANDS_TENANT = "commands_tenant"
    INGEST_DEVICE = "ingest_device"
    DEVICE_REPORT = "device_report"
    INGEST_TENANT = "ingest_tenant"
    ALERTS_TENANT = "alerts_tenant"
    INBOUND_SOURCE = "inbound_source"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit as it holds for somebody; `error` is what they read when they exceed one of its rates."""

    name: LimitName
    rates: tuple[Rate, ...]
    error: str


def limits_of(tenant_id: str | None, connection: Connection | None = None) -> dict[LimitName, Limit]:
    """The limits of a tenant, or of those who have none, at most 30 s old. Raises psycopg.Error.

    Whoever is inside a transaction of the tenant's gives its connection.
    """
    now = clock.now()
    known = _remembered.get(tenant_id)
    if known is not None and now - known[1] < _REMEMBERED_FOR:
        return known[0]
    if connection is not None:
        limits = _read(connection, tenant_id)
    else:
        with ingest_session() if tenant_id is None else tenant_session(tenant_id) as session:
            limits = _read(session, tenant_id)
    _remembered[tenant_id] = (limits, now)
    return limits


def set_tenant_limit(connection: Connection, *, tenant_id: str, name: LimitName, rates: tuple[Rate, ...]) -> None:
    """Make an exception for a tenant, in a writing operator's session. It holds everywhere within 30 s."""
    connection.execute(
        """
        INSERT INTO tenant_limits (tenant_id, name, rates)
        VALUES (%(tenant_id)s, %(name)s, %(rates)s)
        ON CONFLICT (tenant_id, name) DO UPDATE
        SET rates = excluded.rates
        """,
        {"tenant_id": tenant_id, "name": name.value, "rates": format_rates(rates)},
    )


def clear_tenant_limit(connection: Connection, *, tenant_id: str, name: LimitName) -> None:
    """Take an exception back, in a writing operator's session: the default holds again."""
    connection.execute(
        "DELETE FROM tenant_limits WHERE tenant_id = %(tenant_id)s AND name = %(name)s",
        {"tenant_id": tenant_id, "name": name.value},
    )


def forget_limits() -> None:
    """Forget what is remembered. For tests."""
    _remembered.clear()


def _read(connection: Connection, tenant_id: str | None) -> dict[LimitName, Limit]:
    rows = connection.execute(
        """
        SELECT limits.name, coalesce(tenant_limits.rates, limits.default_rates) AS rates, limits.error
        FROM limits
        LEFT JOIN tenant_limits
          ON tenant_limits.name = limits.name AND tenant_limits.tenant_id = %(tenant_id)s
        """,
        {"tenant_id": tenant_id},
    ).fetchall()
    known = set(LimitName)
    return {
        LimitName(row["name"]): Limit(LimitName(row["name"]), parse_rates(row["rates"]), row["error"])
        for row in rows
        if row["name"] in known
    }
