"""Reading the audit log: a tenant's own entries, or for operators everybody's."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson
from psycopg import sql
from pydantic import Field

from pulse import clock
from pulse.database import Connection
from pulse.identity.principal import Origin, Principal
from pulse.identity.reach import READ_AUDIT_LOG, reaching
from pulse.models import Model
from pulse.spreadsheets import harmless

_EXPORT_PAGE: Final = 500
_MOST_EXPORTED_BYTES: Final = 4_000_000  # a function's answer ends at 6 MB


class AuditEntry(Model):
    """Who did what."""

    audit_id: int
    time: datetime
    tenant_id: str | None = Field(description="Whose thing it was; null for those of operators")
    actor: str = Field(description="Id of a user, `key:` and the id of an API key, or the name of a program")
    actor_name: str = Field(description="What the actor was called then")
    action: str = Field(examples=["user.change_role"])
    subject: str = Field(description="Id of the thing")
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    ip_address: str | None
    request_id: str | None
    cross_tenant: bool = Field(description="Whether an operator did it")


class AuditFilter(NamedTuple):
    """What narrows the log; None does not. `action` is a start (`user.`), `start` ≤ time < `end`."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    q: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    tenant_id: str | None = None


class AuditPosition(NamedTuple):
    """A place in the log, which has the newest first."""

    audit_id: int


class AuditPage(NamedTuple):
    """A page, and where the next one starts (None after the last)."""

    entries: list[AuditEntry]
    next_position: AuditPosition | None


class AuditExport(NamedTuple):
    """A part of the log as CSV with a line of titles, what the file is called, and where the next part starts."""

    name: str
    text: str
    next_position: AuditPosition | None


_PAGE: Final = sql.SQL("""
    SELECT audit_id, time, tenant_id, actor, actor_name, action, subject, before, after, host(ip_address) AS ip_address,
           request_id, cross_tenant
    FROM audit_log
    WHERE (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
      AND (%(actor)s::text IS NULL OR actor = %(actor)s OR lower(actor_name) = lower(%(actor)s))
      AND (%(action)s::text IS NULL OR starts_with(action, %(action)s))
      AND (%(subject)s::text IS NULL OR subject = %(subject)s)
      AND (%(q)s::text IS NULL OR strpos(lower(actor_name), lower(%(q)s)) > 0
           OR strpos(lower(action), lower(%(q)s)) > 0 OR strpos(lower(subject), lower(%(q)s)) > 0)
      AND (%(start)s::timestamptz IS NULL OR time >= %(start)s)
      AND (%(end)s::timestamptz IS NULL OR time < %(end)s)
      AND (%(after)s::bigint IS NULL OR audit_id < %(after)s)
    ORDER BY audit_id DESC
    LIMIT %(limit)s
""")


def list_entries(
    actor: Principal, wanted: AuditFilter, *, limit: int, after: AuditPosition | None, origin: Origin
) -> AuditPage:
    """A page of the entries that are wanted, newest first, following `after`. Raises NotPermittedError."""
    with reaching(actor, READ_AUDIT_LOG, action="audit_log.list", origin=origin, tenant_id=wanted.tenant_id) as reach:
        within = wanted._replace(tenant_id=reach.tenant_id or wanted.tenant_id)
        return _read(reach.connection, within, limit=limit, after=after)


def export_entries(
    actor: Principal, wanted: AuditFilter, *, limit: int, after: AuditPosition | None, origin: Origin
) -> AuditExport:
    """The entries that are wanted as CSV, newest first: at most `limit`, and no more than fit into one answer.

    Raises NotPermittedError.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(AuditEntry.model_fields)
    with reaching(actor, READ_AUDIT_LOG, action="audit_log.export", origin=origin, tenant_id=wanted.tenant_id) as reach:
        within = wanted._replace(tenant_id=reach.tenant_id or wanted.tenant_id)
        position = after
        for page in _pages(reach.connection, within, limit=limit, after=after):
            writer.writerows(csv_row(entry) for entry in page.entries)
            position = page.next_position
            if text.tell() > _MOST_EXPORTED_BYTES:
                break
    return AuditExport(f"audit-log-{clock.now():%Y%m%d-%H%M%S}.csv", text.getvalue(), position)


def _pages(
    connection: Connection, wanted: AuditFilter, *, limit: int, after: AuditPosition | None
) -> Iterator[AuditPage]:
    left = limit
    position = after
    while left > 0:
        page = _read(connection, wanted, limit=min(left, _EXPORT_PAGE), after=position)
        yield page
        left -= len(page.entries)
        position = page.next_position
        if position is None:
            return


def _read(connection: Connection, wanted: AuditFilter, *, limit: int, after: AuditPosition | None) -> AuditPage:
    rows = connection.execute(
        _PAGE, {**wanted._asdict(), "after": after.audit_id if after else None, "limit": limit + 1}
    ).fetchall()
    entries = [AuditEntry.model_validate(row) for row in rows[:limit]]
    return AuditPage(entries, AuditPosition(entries[-1].audit_id) if len(rows) > limit else None)


def csv_row(entry: AuditEntry) -> list[str]:
    """The cells of an entry, in the order of its fields."""
    return [_cell(value) for value in entry.model_dump(mode="json").values()]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (bool, dict)):
        return orjson.dumps(value).decode()
    return harmless(str(value))
