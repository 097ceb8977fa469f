"""Where events wait on disk until the broker has them: bounded, in order, and through crashes.

What `add` took is lost neither by a killed process nor by a power cut. When the spool is full it refuses, and counts
what it refused: what it has taken before, somebody was told it has.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class SpoolError(Exception):
    """The spool's file can't be used; the message says what to do."""


class Spooled(NamedTuple):
    """An event that waits."""

    position: int
    body: bytes


class Spool:
    """One file; one process at a time has it."""

    def __init__(self, file: Path, *, max_events: int, max_bytes: int) -> None:
        self._max_events, self._max_bytes = max_events, max_bytes
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(file, isolation_level=None, timeout=1)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(file, error) from error
        try:
            file.chmod(0o600)
            self._database.executescript(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA locking_mode = EXCLUSIVE;" + _SCHEMA
            )
            self.events, self.bytes = self._database.execute(
                "SELECT count(*), coalesce(sum(length(body)), 0) FROM events"
            ).fetchone()
            self._last = self.fact("last_received_at")
        except (OSError, sqlite3.Error) as error:
            self._database.close()
            raise _unusable(file, error) from error

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is added inside is on disk when this ends without an error, all of it or nothing."""
        events, size, last = self.events, self.bytes, self._last
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            self.events, self.bytes, self._last = events, size, last
            raise

    def add(self, kind: str, document: Mapping[str, Any], now: datetime) -> bool:
        """Take an event, inside a transaction; False when there is no room for it, which is counted.

        Its time goes up from event to event, even where the clock is put back.
        """
        at = max((now - _EPOCH) // _MICROSECOND, self._last + 1)
        header = {"kind": kind, "message_id": str(uuid4()), "received_at": _written(at)}
        body = json.dumps({**header, **document}, separators=(",", ":"), allow_nan=False).encode()
        if self.events >= self._max_events or self.bytes + len(body) > self._max_bytes:
            self.count("refused")
            return False
        self._database.execute("INSERT INTO events (received_at, body) VALUES (?, ?)", (at, body))
        self._set("last_received_at", at)
        self._last = at
        self.events += 1
        self.bytes += len(body)
        return True

    def oldest(self, *, limit: int, max_bytes: int) -> list[Spooled]:
        """What is to be sent next: so many events and bytes, but always one if there is one."""
        taken: list[Spooled] = []
        size = 0
        for position, body in self._database.execute(
            "SELECT position, body FROM events ORDER BY position LIMIT ?", (limit,)
        ):
            size += len(body) + 1
            if taken and size > max_bytes:
                break
            taken.append(Spooled(position, body))
        return taken

    def forget(self, sent: Sequence[Spooled]) -> None:
        """The broker has them."""
        with self.transaction():
            self._database.executemany("DELETE FROM events WHERE position = ?", [(each.position,) for each in sent])
            self.events -= len(sent)
            self.bytes -= sum(len(each.body) for each in sent)

    def oldest_age(self, now: datetime) -> timedelta:
        """How long the oldest event has been waiting; nothing when none is."""
        found = self._database.execute("SELECT received_at FROM events ORDER BY position LIMIT 1").fetchone()
        return timedelta() if found is None else max(timedelta(), now - _instant(found[0]))

    def fact(self, name: str) -> int:
        """A number that outlives the process; 0 before it was counted."""
        found = self._database.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return 0 if found is None else int(found[0])

    def count(self, name: str, by: int = 1) -> int:
        """Count a number up, and return it."""
        value = self.fact(name) + by
        self._set(name, value)
        return value

    def _set(self, name: str, value: int) -> None:
        self._database.execute(
            "INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
        )


def _unusable(file: Path, error: Exception) -> SpoolError:
    return SpoolError(f"spool.file: {file}: {error}; is it another gateway's, or damaged? Move it away to begin anew")


def _instant(microseconds: int) -> datetime:
    return _EPOCH + microseconds * _MICROSECOND


def _written(microseconds: int) -> str:
    return _instant(microseconds).isoformat(timespec="microseconds").replace("+00:00", "Z")
