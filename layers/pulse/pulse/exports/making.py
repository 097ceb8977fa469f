"""Making the files that were asked for. Whoever makes one has claimed it and holds the claim while rows come.

A function that dies leaves a claim that runs out, and a message that comes back: the file is made anew.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pulse import clock
from pulse.database import ingest_session, tenant_snapshot
from pulse.events.outbox import add_events, publish_after_commit
from pulse.exports import bucket, store
from pulse.exports.export import ExportStatus
from pulse.exports.rows import COLUMNS, read_pages
from pulse.exports.store import Claimed
from pulse.exports.telling import export_due, export_finished
from pulse.exports.writing import Encoder
from pulse.logging import logger
from pulse.tenants.status import inactive_tenants

KEPT: Final = timedelta(hours=24)
MOST_ATTEMPTS: Final = 3
_CLAIM: Final = timedelta(minutes=5)
_PAUSE: Final = timedelta(minutes=1)
_NOTED_EACH: Final = timedelta(seconds=1)
_OUR_FAULT: Final = "the file could not be made for a reason of our own"


class _TooLargeError(Exception):
    """There is more than can be written in the time that there is."""


class _NotWantedError(Exception):
    """Somebody has cancelled it, or is making it in our place."""


def make_export(tenant_id: str, export_id: UUID, *, budget: timedelta) -> ExportStatus | None:
    """Make one file, at most for `budget`; return what the export is then, None when it was not ours to make."""
    now = clock.now()
    with ingest_session() as connection:
        export = store.claim_export(connection, tenant_id, export_id, now=now, until=now + _CLAIM)
        is_active = not inactive_tenants(connection, [tenant_id])
    if export is None:
        return None
    if not is_active:
        return _finish(export, ExportStatus.CANCELLED, row_count=0, outcome="the tenant is not active")
    try:
        row_count = _write(export, give_up_at=now + budget)
    except _NotWantedError:
        return None
    except _TooLargeError:
        minutes = budget // timedelta(minutes=1)
        reason = f"there is more than can be written in {minutes} minutes; ask for a shorter time or for one site"
        return _finish(export, ExportStatus.FAILED, row_count=0, outcome=reason)
    # Whatever a tenant's data make of a file must end as its status: the message alone would bring it back for ever.
    except Exception:
        logger.exception("export_failed", tenant_id=tenant_id, export_id=str(export_id), attempt=export.attempts)
        return _after_failure(export)
    return _finish(export, ExportStatus.DONE, row_count=row_count, outcome=None)


def _write(export: Claimed, *, give_up_at: datetime) -> int:
    """Write the file; return how many rows it has."""
    wish, row_count, noted_at = export.wish, 0, None
    encoder = Encoder(wish.dataset, wish.format, COLUMNS[wish.dataset])
    key = bucket.key_of(export.tenant_id, export.export_id)
    name = wish.file_name(clock.now())
    with (
        tenant_snapshot(export.tenant_id) as connection,
        bucket.writing(key, content_type=wish.format.content_type, name=name) as file,
    ):
        file.write(encoder.begin())
        for page in read_pages(connection, export.tenant_id, wish):
            file.write(encoder.encode(page.rows))
            row_count += len(page.rows)
            now = clock.now()
            if now >= give_up_at:
                raise _TooLargeError
            if noted_at is None or now - noted_at >= _NOTED_EACH:
                _note(export, page.progress, row_count, file.byte_count)
                noted_at = now
        file.write(encoder.end())
        _note(export, 1, row_count, file.byte_count)
    return row_count


def _note(export: Claimed, progress: float, row_count: int, byte_count: int) -> None:
    with ingest_session() as connection:
        is_ours = store.note_progress(
            connection,
            export,
            progress=progress,
            row_count=row_count,
            byte_count=byte_count,
            until=clock.now() + _CLAIM,
        )
    if not is_ours:
        raise _NotWantedError


def _finish(export: Claimed, status: ExportStatus, *, row_count: int, outcome: str | None) -> ExportStatus | None:
    now = clock.now()
    with ingest_session() as connection:
        is_ours = store.finish_export(
            connection,
            export,
            status,
            outcome=outcome,
            expires_at=now + KEPT if status is ExportStatus.DONE else None,
            now=now,
        )
        if is_ours:
            add_events(
                connection,
                [
                    export_finished(
                        export.tenant_id,
                        export.export_id,
                        dataset=export.wish.dataset,
                        file_format=export.wish.format,
                        status=status,
                        row_count=row_count,
                        requested_by=export.requested_by,
                    )
                ],
            )
    publish_after_commit()
    return status if is_ours else None


def _after_failure(export: Claimed) -> ExportStatus | None:
    if export.attempts >= MOST_ATTEMPTS:
        return _finish(export, ExportStatus.FAILED, row_count=0, outcome=f"{_OUR_FAULT}, {MOST_ATTEMPTS} times")
    with ingest_session() as connection:
        is_ours = store.put_off_export(connection, export, outcome=f"{_OUR_FAULT}; it is tried again in a minute")
        if is_ours:
            add_events(connection, [export_due(export.tenant_id, export.export_id, delay=_PAUSE)])
    return ExportStatus.PENDING if is_ours else None
