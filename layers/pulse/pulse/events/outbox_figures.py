"""How the outbox is doing: what waits in it, for how long, and what the bus refuses."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from pulse.database import Connection


class OutboxFigures(NamedTuple):
    """Events that are not published yet; `refused` of them the bus has turned down at least once."""

    events: int
    oldest_age: timedelta
    refused: int


class RefusedEvent(NamedTuple):
    """An event that the bus has turned down."""

    event_id: UUID
    tenant_id: str
    event_type: str
    created_at: datetime
    due_at: datetime
    attempts: int
    last_error: str


def read_outbox_figures(connection: Connection, now: datetime) -> OutboxFigures:
    """What waits now."""
    row = connection.execute(
        """
        SELECT count(*) AS events, greatest(%(now)s - min(created_at), '0'::interval) AS oldest_age,
               count(*) FILTER (WHERE attempts > 0) AS refused
        FROM outbox
        """,
        {"now": now},
    ).fetchone()
    assert row is not None
    return OutboxFigures(row["events"], row["oldest_age"] or timedelta(0), row["refused"])


def list_refused_events(connection: Connection, *, limit: int) -> list[RefusedEvent]:
    """What the bus has turned down, the oldest first."""
    rows = connection.execute(
        """
        SELECT event_id, tenant_id, event_type, created_at, due_at, attempts, coalesce(last_error, '') AS last_error
        FROM outbox
        WHERE attempts > 0
        ORDER BY created_at, event_id
        LIMIT %(limit)s
        """,
        {"limit": limit},
    )
    return [RefusedEvent(**row) for row in rows]
