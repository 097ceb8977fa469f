"""Until when everything that devices have sent is known: a silence that is younger may be none.

After an outage messages wait in the queue, and those that were handed back come up to three minutes after fresh ones.
A function that stalls or dies has messages of its own, while others go on with fresher ones. A deadline that passes
meanwhile says nothing yet. What is held back is bounded: a queue that is stuck makes silence be noticed later, and not
never.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from pulse import clock
from pulse.clock import from_epoch_milliseconds
from pulse.database import Connection, ingest_session

_NOTED_EVERY: Final = timedelta(seconds=10)
_KEPT_FOR: Final = timedelta(hours=1)
_NOTICEABLE: Final = timedelta(seconds=30)
# A message that was handed back, or whose function has died, is delivered again within three minutes.
_HANDED_BACK: Final = timedelta(minutes=3)
_ECHO: Final = _HANDED_BACK + timedelta(minutes=1)
"""The rest is for the way."""
LONGEST_HOLD: Final = timedelta(minutes=15)

_last_noted: datetime | None = None


class Batch(NamedTuple):
    """A batch that was committed, and when the platform had taken its oldest message."""

    noted_at: datetime
    oldest_received_at: datetime

    @property
    def waited(self) -> timedelta:
        """How long its oldest message was on its way."""
        return self.noted_at - self.oldest_received_at


class Begun(NamedTuple):
    """A batch that a function has begun and not committed, and when the platform had taken its oldest message."""

    begun_at: datetime
    oldest_received_at: datetime

    @property
    def waited(self) -> timedelta:
        """How long its oldest message had been on its way by then."""
        return self.begun_at - self.oldest_received_at


def told_until(
    now: datetime, batches: Sequence[Batch], begun: Sequence[Begun] = (), *, waiting: int | None
) -> datetime:
    """Until when everything that was sent is known; `waiting` messages are in the queue or taken from it. Pure.

    That is now, unless a batch of the last minutes had waited, a function is at work on something old, or there are
    messages on their way: then no more is known than the newest batch has told, and while messages are late, what was
    handed back may be behind that by as long as it takes to come again. That the queue can't be asked (None) does not
    say that it is empty. What had waited for longer than any hold was put back by a person, and is no sign of an outage
    now.
    """
    recent = [batch for batch in batches if now - _ECHO < batch.noted_at <= now]
    late = max((batch.waited for batch in recent if batch.waited <= LONGEST_HOLD), default=timedelta(0))
    held = late
    if waiting != 0 and batches:
        if late > _NOTICEABLE:
            held += _HANDED_BACK
        held = max(held, now - max(batches, key=lambda batch: batch.noted_at).oldest_received_at)
    # What began longer ago is not being worked on any more: it has come again, and began anew.
    at_work = [
        batch.oldest_received_at
        for batch in begun
        if now - _ECHO - late < batch.begun_at <= now and batch.waited <= LONGEST_HOLD
    ]
    if at_work:
        held = max(held, now - min(at_work))
    return now - min(held, LONGEST_HOLD) if held > _NOTICEABLE else now


def begin_batch(oldest_received_milliseconds: int) -> int:
    """Note that a batch is being worked on, at once and for everybody to see; return the id under which it is."""
    with ingest_session() as connection:
        row = connection.execute(
            """
            INSERT INTO ingest_begun (begun_at, oldest_received_at)
            VALUES (%(now)s, %(oldest_received_at)s)
            RETURNING batch_id
            """,
            {"now": clock.now(), "oldest_received_at": from_epoch_milliseconds(oldest_received_milliseconds)},
        ).fetchone()
    assert row is not None
    return int(row["batch_id"])


def end_batch(connection: Connection, batch_id: int) -> None:
    """Nobody works on a batch any more."""
    connection.execute("DELETE FROM ingest_begun WHERE batch_id = %(batch_id)s", {"batch_id": batch_id})


def note_batch(connection: Connection, oldest_received_milliseconds: int) -> None:
    """Note that a batch is stored, in its transaction: now and then, and always when it had waited."""
    global _last_noted
    now = clock.now()
    batch = Batch(now, from_epoch_milliseconds(oldest_received_milliseconds))
    if batch.waited <= _NOTICEABLE and _last_noted is not None and now - _last_noted < _NOTED_EVERY:
        return
    _last_noted = now
    connection.execute(
        """
        INSERT INTO ingest_progress (noted_at, oldest_received_at)
        VALUES (%(noted_at)s, %(oldest_received_at)s)
        """,
        batch._asdict(),
    )


def read_batches(connection: Connection, now: datetime) -> list[Batch]:
    """The batches noted within the last hour; older notes are dropped."""
    connection.execute("DELETE FROM ingest_progress WHERE noted_at < %(old)s", {"old": now - _KEPT_FOR})
    rows = connection.execute("SELECT noted_at, oldest_received_at FROM ingest_progress ORDER BY noted_at")
    return [Batch(**row) for row in rows]


def read_begun(connection: Connection, now: datetime) -> list[Begun]:
    """The batches that are being worked on; those of functions that died long ago are dropped."""
    connection.execute("DELETE FROM ingest_begun WHERE begun_at < %(old)s", {"old": now - _KEPT_FOR})
    rows = connection.execute("SELECT begun_at, oldest_received_at FROM ingest_begun ORDER BY batch_id")
    return [Begun(**row) for row in rows]


def longest_wait(connection: Connection, *, since: datetime) -> timedelta | None:
    """How long the slowest message of the batches noted since then was on its way; None when there was no batch."""
    row = connection.execute(
        """
        SELECT greatest(max(noted_at - oldest_received_at), '0'::interval) AS waited
        FROM ingest_progress
        WHERE noted_at > %(since)s
        HAVING count(*) > 0
        """,
        {"since": since},
    ).fetchone()
    return None if row is None else row["waited"]
