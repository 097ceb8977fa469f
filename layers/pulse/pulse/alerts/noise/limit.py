"""The limit on a tenant's alerts as its people see and narrow it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from pydantic import Field

from pulse import clock
from pulse.alerts.noise.excess import Room, rates_of, rooms_of
from pulse.database import Connection, tenant_session
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.models import Model
from pulse.operations.audit import record_change
from pulse.versions import Versioned, require_match

MOST_PER_HOUR: Final = 1_000_000


class LimitState(Model):
    """One limit at this moment."""

    alerts: int = Field(description="So many alerts may open")
    seconds: int = Field(description="in so many seconds")
    opened: int = Field(description="Alerts that opened in the last of these seconds; not counted beyond `alerts`")


class AlertLimit(Versioned):
    """How many alerts may open, and what is held back because of that."""

    alerts_per_hour: int | None = Field(description="What the tenant has chosen for itself; null for nothing")
    limits: list[LimitState] = Field(description="All that hold: the operator's, and the tenant's own last")
    held: int = Field(description="Causes that open alerts when there is room, if they are true then")
    held_since: datetime | None = Field(description="Since when the first of them is held")


def get_alert_limit(tenant_id: str) -> AlertLimit:
    """The limit, and how much of it is used."""
    with tenant_session(tenant_id) as connection:
        return _read(connection, tenant_id, clock.now())


def set_alert_limit(
    actor: Principal, alerts_per_hour: int | None, *, if_match: int | None, origin: Origin
) -> AlertLimit:
    """Choose a limit within what the operator allows, or none; what a wider one has room for opens within a minute.

    Raises NotPermittedError, StaleVersionError.
    """
    tenant_id = actor.require(Permission.MANAGE_ALERT_RULES)
    with tenant_session(tenant_id) as connection:
        before = _lock(connection, tenant_id)
        require_match(if_match, before["version"])
        if before["alerts_per_hour"] != alerts_per_hour:
            connection.execute(
                """
                UPDATE alert_limits
                SET alerts_per_hour = %(alerts_per_hour)s, updated_at = now(), version = version + 1
                WHERE tenant_id = %(tenant_id)s
                """,
                {"tenant_id": tenant_id, "alerts_per_hour": alerts_per_hour},
            )
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="alert_limit.change",
                subject=tenant_id,
                before={"alerts_per_hour": before["alerts_per_hour"]},
                after={"alerts_per_hour": alerts_per_hour},
            )
        return _read(connection, tenant_id, clock.now())


def _lock(connection: Connection, tenant_id: str) -> dict[str, Any]:
    connection.execute(
        "INSERT INTO alert_limits (tenant_id) VALUES (%(tenant_id)s) ON CONFLICT DO NOTHING", {"tenant_id": tenant_id}
    )
    row = connection.execute(
        "SELECT alerts_per_hour, version FROM alert_limits WHERE tenant_id = %(tenant_id)s FOR UPDATE",
        {"tenant_id": tenant_id},
    ).fetchone()
    assert row is not None
    return row


def _read(connection: Connection, tenant_id: str, now: datetime) -> AlertLimit:
    rooms = rooms_of(connection, tenant_id, rates_of(connection, [tenant_id])[tenant_id], now)
    row = connection.execute(
        """
        SELECT count(*) AS held, min(held_since) AS held_since,
               (SELECT alerts_per_hour FROM alert_limits WHERE tenant_id = %(tenant_id)s) AS alerts_per_hour,
               coalesce((SELECT version FROM alert_limits WHERE tenant_id = %(tenant_id)s), 1) AS version
        FROM held_openings
        WHERE tenant_id = %(tenant_id)s AND window_id IS NULL
        """,
        {"tenant_id": tenant_id},
    ).fetchone()
    assert row is not None
    return AlertLimit(**row, limits=_states(rooms))


def _states(rooms: Sequence[Room]) -> list[LimitState]:
    return [LimitState(alerts=room.rate.count, seconds=room.rate.seconds, opened=room.opened) for room in rooms]
