"""The telemetry hypertable."""

from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

import orjson
from psycopg import Cursor, errors
from psycopg.rows import DictRow

from pulse import clock
from pulse.database import Connection
from pulse.devices.registry import DeviceKey
from pulse.telemetry.message import Address, Reading

type Readings = tuple[Address, list[Reading]]
"""Readings that came on one topic."""

_ATTEMPTS = 3
_LINES_AT_ONCE = 200
_LOOKED_UP_AT_ONCE = 1000
_EXPECTED_FOR: Final = timedelta(minutes=1)
_COPY = """
    COPY telemetry (time, tenant_id, device_id, message_id, msg_type, seq, metrics)
    FROM STDIN (NULL '')
"""

_repeats_expected_until: datetime | None = None

# What makes a reading one of its kind, as its line begins: time, tenant, device and message id, none with a tab in it.
type _Identity = str
type _Rows = dict[DeviceKey, dict[_Identity, Reading]]
type _Lines = dict[_Identity, str]


def write_readings(
    connection: Connection, readings: Iterable[Readings], *, meanwhile: Callable[[], None] = lambda: None
) -> dict[DeviceKey, list[Reading]]:
    """Store every reading once, whatever was delivered before; return those that are new, by device.

    Readings are taken while the server writes those before them; `meanwhile` is called when all are taken and the
    server has some way to go, and again if it has to start anew. A batch with something that is stored already is
    refused, and what is new of it written after a look; since repeats rarely come alone, the batches of the next minute
    are looked at first. Raises psycopg.IntegrityError when batches beside this one keep storing the same.
    """
    rows: _Rows = {}
    lines: _Lines = {}
    taking = _take(_make_lines(readings, rows), lines)
    if not _repeats_are_expected():
        try:
            with connection.transaction():
                _copy(connection, taking, meanwhile)
            return _readings_in(rows)
        except errors.UniqueViolation:
            _expect_repeats()
            deque(taking, maxlen=0)  # the server may have given up before the last line was made
            taking = iter([lines])
    for attempts_left in reversed(range(_ATTEMPTS)):
        stored = _find_stored(connection, taking)
        _forget(rows, stored)
        lines = {identity: line for identity, line in lines.items() if identity not in stored}
        try:
            with connection.transaction():
                _copy(connection, [lines], meanwhile)
        except errors.UniqueViolation:
            if not attempts_left:
                raise
            taking = iter([lines])
        else:
            break
    return _readings_in(rows)


def find_stored(connection: Connection, readings: Iterable[Readings]) -> set[str]:
    """The broker's ids of those messages whose readings are stored already."""
    rows: _Rows = {}
    stored = _find_stored(connection, _make_lines(readings, rows))
    return {
        reading.envelope.message_id
        for of_device in rows.values()
        for identity, reading in of_device.items()
        if identity in stored
    }


def forget_repeats() -> None:
    """Expect no repeats any more. For tests."""
    global _repeats_expected_until
    _repeats_expected_until = None


def _repeats_are_expected() -> bool:
    return _repeats_expected_until is not None and clock.now() < _repeats_expected_until


def _expect_repeats() -> None:
    global _repeats_expected_until
    _repeats_expected_until = clock.now() + _EXPECTED_FOR


def _readings_in(rows: _Rows) -> dict[DeviceKey, list[Reading]]:
    return {key: list(of_device.values()) for key, of_device in rows.items()}


def _take(lines: Iterable[_Lines], taken: _Lines) -> Iterator[_Lines]:
    for some in lines:
        taken |= some
        yield some


def _forget(rows: _Rows, stored: Container[_Identity]) -> None:
    for key, of_device in rows.items():
        rows[key] = {identity: reading for identity, reading in of_device.items() if identity not in stored}


def _make_lines(readings: Iterable[Readings], rows: _Rows) -> Iterator[_Lines]:
    """A line for each reading, noted in `rows`. Repetitions within the batch are left out."""
    for address, of_topic in readings:
        of_device = rows.setdefault(address.key, {})
        tenant_id, device_id = address.key
        device = f"\t{tenant_id}\t{device_id}\t"
        msg_type = f"\t{address.msg_type}\t"
        # The quickest ISO 8601 there is, for all of them at once.
        times = orjson.dumps([reading.time for reading in of_topic]).decode()[2:-2].split('","')
        lines: _Lines = {}
        for time, reading in zip(times, of_topic, strict=False):
            identity = time + device + reading.message_id
            if identity not in of_device:
                of_device[identity] = reading
                seq = "" if reading.seq is None else reading.seq
                metrics = orjson.dumps(reading.metrics).decode()
                lines[identity] = f"{identity}{msg_type}{seq}\t{metrics}\n"
        yield lines


def _copy(connection: Connection, lines: Iterable[_Lines], meanwhile: Callable[[], None]) -> None:
    pending: list[str] = []
    with connection.cursor().copy(_COPY) as copy:
        for some in lines:
            pending += some.values()
            if len(pending) >= _LINES_AT_ONCE:
                copy.write(_escape("".join(pending)))
                pending.clear()
        copy.write(_escape("".join(pending)))
        meanwhile()


def _escape(lines: str) -> str:
    """Texts hold no control characters, so a backslash is all that COPY would misread."""
    return lines.replace("\\", "\\\\")


def _find_stored(connection: Connection, lines: Iterable[_Lines]) -> set[_Identity]:
    """The identities of rows that the table has; the server looks for some while the next are made."""
    with connection.pipeline():
        answers = [_look_up(connection, some) for some in _in_portions(lines)]
    return {row["identity"] for answer in answers for row in answer}


def _in_portions(lines: Iterable[_Lines]) -> Iterator[list[_Identity]]:
    portion: list[_Identity] = []
    for some in lines:
        portion += some
        if len(portion) >= _LOOKED_UP_AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion


def _look_up(connection: Connection, identities: list[_Identity]) -> Cursor[DictRow]:
    return connection.execute(
        """
        SELECT wanted.identity
        FROM (
            SELECT identity,
                   split_part(identity, E'\\t', 1)::timestamptz AS time,
                   split_part(identity, E'\\t', 2) AS tenant_id,
                   split_part(identity, E'\\t', 3) AS device_id,
                   split_part(identity, E'\\t', 4) AS message_id
            FROM string_to_table(%(identities)s, E'\\n') AS identity
        ) AS wanted
        WHERE EXISTS (
            SELECT
            FROM telemetry
            WHERE telemetry.tenant_id = wanted.tenant_id
              AND telemetry.device_id = wanted.device_id
              AND telemetry.time = wanted.time
              AND telemetry.message_id = wanted.message_id
              -- The same for all, so that the planner leaves out the chunks of other times.
              AND telemetry.time BETWEEN %(first)s::timestamptz AND %(last)s::timestamptz
        )
        """,
        {
            "identities": "\n".join(identities),
            # They begin with the time, and all times are written alike.
            "first": min(identities).partition("\t")[0],
            "last": max(identities).partition("\t")[0],
        },
    )
