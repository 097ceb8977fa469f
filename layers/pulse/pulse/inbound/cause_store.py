"""What was last said of each cause, so that order does not depend on the queue."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from pulse.database import Connection, ingest_session
from pulse.inbound.causes import Origin
from pulse.inbound.message import Message
from pulse.inbound.reading import Clear, Raise

_KEPT: Final = timedelta(days=30)
_BATCH: Final = 10_000
_NEVER: Final = (datetime.min.replace(tzinfo=UTC), UUID(int=0))


class Told(NamedTuple):
    """What is said of a cause, and by which message of when."""

    message_id: UUID
    received_at: datetime
    event: Raise | Clear

    @property
    def position(self) -> tuple[datetime, UUID]:
        """Its place among all that is said of the cause."""
        return self.received_at, self.message_id


def accept_events(
    connection: Connection, message: Message, addon_id: str, events: Iterable[Raise | Clear]
) -> frozenset[str]:
    """Note what a message says last of each cause; return the causes that no later message has spoken of already.

    A message that is delivered again speaks of none.
    """
    told = [Told(message.message_id, message.received_at, event) for event in events]
    return _note_last(connection, message.tenant_id, addon_id, message.source_id, told)


def accept_told(connection: Connection, origin: Origin, told: Sequence[Told]) -> list[Told]:
    """The same for what a gateway tells in one message, each event having an id and a time of its own."""
    rows = connection.execute(
        """
        SELECT fingerprint, received_at, message_id
        FROM addon_causes
        WHERE tenant_id = %(tenant_id)s AND fingerprint = ANY(%(fingerprints)s)
        ORDER BY fingerprint
        FOR UPDATE
        """,
        {"tenant_id": origin.tenant_id, "fingerprints": sorted({each.event.fingerprint for each in told})},
    )
    heard = {row["fingerprint"]: (row["received_at"], row["message_id"]) for row in rows}
    new = [each for each in told if each.position > heard.get(each.event.fingerprint, _NEVER)]
    accepted = _note_last(connection, origin.tenant_id, origin.addon_id, origin.source_id, new)
    return [each for each in new if each.event.fingerprint in accepted]


def _note_last(
    connection: Connection, tenant_id: str, addon_id: str, source_id: UUID, told: Iterable[Told]
) -> frozenset[str]:
    last = {each.event.fingerprint: each for each in told}
    if not last:
        return frozenset()
    rows = connection.execute(
        """
        INSERT INTO addon_causes (tenant_id, fingerprint, addon_id, type, source_id, received_at, message_id, raised)
        SELECT %(tenant_id)s, fingerprint, %(addon_id)s, type, %(source_id)s, received_at, message_id, raised
        FROM jsonb_to_recordset(%(events)s) AS said (
            fingerprint text, type text, received_at timestamptz, message_id uuid, raised boolean
        )
        ORDER BY fingerprint
        ON CONFLICT (tenant_id, fingerprint) DO UPDATE
        SET source_id = excluded.source_id, received_at = excluded.received_at, message_id = excluded.message_id,
            raised = excluded.raised
        WHERE (addon_causes.received_at, addon_causes.message_id) < (excluded.received_at, excluded.message_id)
        RETURNING fingerprint
        """,
        {
            "tenant_id": tenant_id,
            "addon_id": addon_id,
            "source_id": source_id,
            "events": Jsonb(
                [
                    {
                        "fingerprint": cause,
                        "type": each.event.type,
                        "received_at": each.received_at.isoformat(),
                        "message_id": str(each.message_id),
                        "raised": isinstance(each.event, Raise),
                    }
                    for cause, each in last.items()
                ]
            ),
        },
    )
    return frozenset(row["fingerprint"] for row in rows)


def end_causes(
    connection: Connection,
    tenant_id: str,
    *,
    addon_id: str | None = None,
    types: Iterable[str] | None = None,
    source_id: UUID | None = None,
) -> list[str]:
    """Note that causes of an addon, of some of its types, or of a source are over; return those that were not."""
    rows = connection.execute(
        """
        UPDATE addon_causes
        SET raised = false
        WHERE tenant_id = %(tenant_id)s AND raised
          AND (%(addon_id)s::text IS NULL OR addon_id = %(addon_id)s)
          AND (%(types)s::text[] IS NULL OR type = ANY(%(types)s))
          AND (%(source_id)s::uuid IS NULL OR source_id = %(source_id)s)
        RETURNING fingerprint
        """,
        {
            "tenant_id": tenant_id,
            "addon_id": addon_id,
            "types": None if types is None else sorted(types),
            "source_id": source_id,
        },
    )
    return sorted(row["fingerprint"] for row in rows)


def end_absent(
    connection: Connection, origin: Origin, *, raised: Iterable[str], types: Iterable[str] | None, before: datetime
) -> list[str]:
    """Note that causes of a target are over which were raised before and are not any more; return them."""
    rows = connection.execute(
        """
        UPDATE addon_causes
        SET raised = false, received_at = %(before)s
        WHERE tenant_id = %(tenant_id)s AND addon_id = %(addon_id)s AND source_id = %(source_id)s AND raised
          AND received_at < %(before)s AND fingerprint <> ALL(%(raised)s)
          AND (%(types)s::text[] IS NULL OR type = ANY(%(types)s))
        RETURNING fingerprint
        """,
        {
            "tenant_id": origin.tenant_id,
            "addon_id": origin.addon_id,
            "source_id": origin.source_id,
            "raised": sorted(raised),
            "types": None if types is None else sorted(types),
            "before": before,
        },
    )
    return sorted(row["fingerprint"] for row in rows)


def forget_causes(now: datetime) -> int:
    """Forget what was cleared long ago, a batch in a transaction; return how many causes that were."""
    forgotten = 0
    while True:
        with ingest_session() as connection:
            batch = connection.execute(
                """
                DELETE FROM addon_causes
                WHERE (tenant_id, fingerprint) IN (
                    SELECT tenant_id, fingerprint
                    FROM addon_causes
                    WHERE NOT raised AND received_at < %(before)s
                    LIMIT %(limit)s
                )
                """,
                {"before": now - _KEPT, "limit": _BATCH},
            ).rowcount
        forgotten += batch
        if batch < _BATCH:
            return forgotten
