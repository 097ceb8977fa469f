"""The outbox: an event is written in the transaction of its change, and published after the commit.

`publish_due` runs right after a commit and each minute from the relay, so that a crash between the two delays an event
and never loses it. A consumer may see an event twice (its `event_id` is the same) and never not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
import psycopg
from psycopg.types.json import Jsonb

from pulse.clock import format_instant
from pulse.database import Connection, ingest_session
from pulse.events.bus import BusEvent, BusUnavailableError, put_events
from pulse.logging import logger

_BATCH = 100
_RETRY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: `event_type` such as `alert.opened`, `payload` as documented for that type.

    It is published when `delay` is over, at once by default.
    """

    tenant_id: str
    event_type: str
    payload: dict[str, Any]
    delay: timedelta = timedelta()


def add_events(connection: Connection, events: Sequence[Event]) -> None:
    """Write events into the caller's transaction."""
    if not events:
        return
    connection.execute(
        """
        INSERT INTO outbox (tenant_id, event_type, payload, due_at)
        SELECT tenant_id, event_type, payload, clock_timestamp() + delay
        FROM unnest(%(tenant_ids)s::text[], %(event_types)s::text[], %(payloads)s::jsonb[], %(delays)s::interval[])
             AS event (tenant_id, event_type, payload, delay)
        """,
        {
            "tenant_ids": [event.tenant_id for event in events],
            "event_types": [event.event_type for event in events],
            "payloads": [Jsonb(event.payload) for event in events],
            "delays": [event.delay for event in events],
        },
    )


def publish_due(*, batches: int = 1) -> int:
    """Publish what is due, in the order written, at most so many batches of 100; return how many the bus took.

    After a commit one batch is enough: who waits for an answer does not empty the outbox of everybody. Rows are
    claimed with SKIP LOCKED, so that any number of callers share the work. What the bus refuses is pushed forward and
    counted, so that it can't stop the rest. Raises BusUnavailableError when the bus can't be reached; what it has taken
    before is done with, and the rest stays due.
    """
    published = 0
    for _ in range(batches):
        with ingest_session() as connection:
            rows = connection.execute(
                """
                SELECT event_id, tenant_id, event_type, payload, created_at
                FROM outbox
                WHERE due_at <= now()
                ORDER BY due_at, sequence
                LIMIT %(limit)s
                FOR UPDATE SKIP LOCKED
                """,
                {"limit": _BATCH},
            ).fetchall()
            if not rows:
                break
            publication = put_events([_bus_event(row) for row in rows])
            connection.execute(
                "DELETE FROM outbox WHERE event_id = ANY(%(taken)s::uuid[])", {"taken": publication.taken}
            )
            for event_id, reason in publication.refused.items():
                logger.error("event_refused", event_id=event_id, reason=reason)
                connection.execute(
                    """
                    UPDATE outbox
                    SET attempts = attempts + 1,
                        due_at = now() + make_interval(secs => %(seconds)s * power(2, least(attempts, 7))),
                        last_error = %(reason)s
                    WHERE event_id = %(event_id)s
                    """,
                    {"event_id": event_id, "reason": reason, "seconds": _RETRY_SECONDS},
                )
        if publication.unavailable is not None:
            raise publication.unavailable
        published += len(publication.taken)
    return published


def publish_after_commit() -> None:
    """Publish what a change has just written; it is committed, so that a failure only means that the relay does it."""
    try:
        publish_due()
    except (psycopg.Error, BusUnavailableError):
        logger.exception("publication_delayed")


def _bus_event(row: dict[str, Any]) -> BusEvent:
    detail = {
        "event_id": str(row["event_id"]),
        "tenant_id": row["tenant_id"],
        "time": format_instant(row["created_at"]),
        **row["payload"],
    }
    return BusEvent(str(row["event_id"]), row["event_type"], orjson.dumps(detail).decode())
