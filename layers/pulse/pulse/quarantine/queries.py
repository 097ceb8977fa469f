"""Refused messages, as people look into them: a tenant's people at their own, operators at all."""

import base64
import codecs
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from psycopg import sql
from pydantic import AwareDatetime, Field

from pulse import clock
from pulse.errors import FieldError, InvalidInputError, NotFoundError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.identity.reach import Needed, Reach, reaching
from pulse.models import Model
from pulse.quarantine.reasons import Reason

READ: Final = Needed(Permission.READ_QUARANTINE, Permission.OPERATOR_READ_QUARANTINE)
DEFAULT_SPAN: Final = timedelta(hours=24)


class QuarantineEntry(Model):
    """A message that was refused. Of a flood only the first messages of each minute are kept; all are counted."""

    quarantine_id: int
    received_at: datetime
    reason: Reason
    detail: str = Field(description="What is wrong, for whoever has to mend the device")
    tenant_id: str | None = Field(description="As the topic claims; null when it claims none")
    device_id: str | None = Field(description="As the topic claims")
    topic: str
    principal: str = Field(description="The sender's credential: a certificate's id, or a token's")
    message_id: str
    payload_bytes: int = Field(description="Length of the payload as it came")


class QuarantinedMessage(QuarantineEntry):
    """A message that was refused, with the start of its payload."""

    payload_base64: str = Field(description="The first 4096 bytes at most")
    payload_text: str | None = Field(description="The same as text, if it is UTF-8")


class ReasonCount(Model):
    """How many messages were refused for a reason."""

    reason: Reason
    messages: int


class QuarantineCounts(Model):
    """How many messages were refused in a time, by reason, most first."""

    start: datetime = Field(description="To the minute")
    end: datetime
    total: int
    reasons: list[ReasonCount]


class QuarantineFilter(NamedTuple):
    """What narrows the list; None does not. `start` ≤ received_at < `end`."""

    tenant_id: str | None = None
    reason: Reason | None = None
    device_id: str | None = None
    q: str | None = None
    start: datetime | None = None
    end: datetime | None = None


class QuarantinePosition(NamedTuple):
    """A place in the list, which has the newest first."""

    received_at: AwareDatetime
    quarantine_id: int


class QuarantineList(NamedTuple):
    """A page, and where the next one starts (None after the last)."""

    entries: list[QuarantineEntry]
    next_position: QuarantinePosition | None


_COLUMNS: Final = sql.SQL("""
    quarantine_id, received_at, reason, detail, tenant_id, device_id, topic, principal, message_id, payload_bytes
""")


def list_quarantine(
    actor: Principal, wanted: QuarantineFilter, *, limit: int, after: QuarantinePosition | None, origin: Origin
) -> QuarantineList:
    """A page of the refused messages, newest first, following `after`. Raises NotPermittedError."""
    with reaching(actor, READ, action="quarantine.list", origin=origin, tenant_id=wanted.tenant_id) as reach:
        rows = reach.connection.execute(
            sql.SQL("""
                SELECT {columns}
                FROM quarantine_events
                WHERE (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
                  AND (%(reason)s::text IS NULL OR reason = %(reason)s)
                  AND (%(device_id)s::text IS NULL OR device_id = %(device_id)s)
                  AND (%(q)s::text IS NULL OR strpos(lower(topic || ' ' || detail), lower(%(q)s)) > 0)
                  AND (%(start)s::timestamptz IS NULL OR received_at >= %(start)s)
                  AND (%(end)s::timestamptz IS NULL OR received_at < %(end)s)
                  AND (%(after_received_at)s::timestamptz IS NULL
                       OR (received_at, quarantine_id) < (%(after_received_at)s, %(after_id)s))
                ORDER BY received_at DESC, quarantine_id DESC
                LIMIT %(limit)s
            """).format(columns=_COLUMNS),
            {
                **wanted._asdict(),
                "tenant_id": _within(reach, wanted.tenant_id),
                "after_received_at": after.received_at if after else None,
                "after_id": after.quarantine_id if after else None,
                "limit": limit + 1,
            },
        ).fetchall()
    entries = [QuarantineEntry.model_validate(row) for row in rows[:limit]]
    more = len(rows) > limit
    return QuarantineList(
        entries, QuarantinePosition(entries[-1].received_at, entries[-1].quarantine_id) if more else None
    )


def count_quarantine(
    actor: Principal, *, tenant_id: str | None, start: datetime | None, end: datetime | None, origin: Origin
) -> QuarantineCounts:
    """How many messages were refused for each reason from the minute of `start` until `end`; by default the last day.

    Raises NotPermittedError, InvalidInputError.
    """
    end = end or clock.now()
    start = (start or end - DEFAULT_SPAN).replace(second=0, microsecond=0)
    if start >= end:
        reason = "must be before end"
        raise InvalidInputError(f"start {reason}", errors=(FieldError("start", reason),))
    with reaching(actor, READ, action="quarantine.count", origin=origin, tenant_id=tenant_id) as reach:
        rows = reach.connection.execute(
            """
            SELECT reason, sum(messages)::bigint AS messages
            FROM quarantine_counts
            WHERE (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
              AND minute >= %(start)s
              AND minute < %(end)s
            GROUP BY reason
            ORDER BY messages DESC, reason
            """,
            {"tenant_id": _within(reach, tenant_id), "start": start, "end": end},
        ).fetchall()
    reasons = [ReasonCount.model_validate(row) for row in rows]
    return QuarantineCounts(start=start, end=end, total=sum(count.messages for count in reasons), reasons=reasons)


def get_quarantined(actor: Principal, quarantine_id: int, *, origin: Origin) -> QuarantinedMessage:
    """One refused message with its payload. Raises NotPermittedError, NotFoundError."""
    with reaching(actor, READ, action="quarantine.read", origin=origin, subject=str(quarantine_id)) as reach:
        row = reach.connection.execute(
            sql.SQL("""
                SELECT {columns}, payload
                FROM quarantine_events
                WHERE quarantine_id = %(quarantine_id)s
                  AND (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
            """).format(columns=_COLUMNS),
            {"quarantine_id": quarantine_id, "tenant_id": reach.tenant_id},
        ).fetchone()
    if row is None:
        message = f"there is no refused message {quarantine_id}"
        raise NotFoundError(message)
    return _with_payload(row)


def payload_text(payload: bytes, *, is_whole: bool) -> str | None:
    """A payload as text, if it is UTF-8; a character that the end has cut off is left out."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(payload, final=is_whole)
    except UnicodeDecodeError:
        return None


def _with_payload(row: dict[str, Any]) -> QuarantinedMessage:
    payload: bytes = row.pop("payload")
    return QuarantinedMessage(
        **row,
        payload_base64=base64.b64encode(payload).decode(),
        payload_text=payload_text(payload, is_whole=len(payload) == row["payload_bytes"]),
    )


def _within(reach: Reach, tenant_id: str | None) -> str | None:
    """The tenant to look at: one's own, or the one that an operator asks for (None is all)."""
    return tenant_id if reach.tenant_id is None else reach.tenant_id
