"""What people do with exports: fetch a small one at once, ask for a large one, follow it, and fetch its file."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from pulse import clock
from pulse.alerts.alert import AlertStatus
from pulse.database import tenant_session
from pulse.devices.export_rows import require_chosen
from pulse.devices.state import DeviceStatus
from pulse.errors import ConflictError, FieldError, InvalidInputError
from pulse.events.outbox import add_events, publish_after_commit
from pulse.exports import bucket, store
from pulse.exports.export import Dataset, Export, ExportLink, ExportStatus, ExportWish
from pulse.exports.rows import COLUMNS, read_pages
from pulse.exports.store import ExportPosition
from pulse.exports.telling import export_due
from pulse.exports.writing import Encoder
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import record_change
from pulse.settings import settings

USUAL_DAYS: Final = 7
LONGEST: Final = timedelta(days=366)
MOST_OPEN: Final = 5
# A function's answer may have 6 MB, and escaped as a JSON text it grows.
MOST_BYTES_AT_ONCE: Final = 4_000_000
LINK_LASTS: Final = timedelta(minutes=5)
_STATUSES: Final[dict[Dataset, tuple[str, ...]]] = {
    Dataset.DEVICES: tuple(DeviceStatus),
    Dataset.ALERTS: tuple(AlertStatus),
    Dataset.TELEMETRY: (),
    Dataset.AVAILABILITY: (),
}


class Download(NamedTuple):
    """A file at once."""

    text: str
    name: str


class ExportList(NamedTuple):
    """A page of exports, and where the next one starts (None after the last)."""

    exports: list[Export]
    next_position: ExportPosition | None


def download(actor: Principal, wish: ExportWish, *, origin: Origin) -> Download:
    """A small file, audited and kept in the list as every export is.

    Raises NotPermittedError, InvalidInputError, ConflictError for one that is too large to be answered at once.
    """
    tenant_id = _admit(actor, Permission.READ_EXPORTS, wish.dataset)
    now = clock.now()
    wish = _checked(wish, now)
    encoder = Encoder(wish.dataset, wish.format, COLUMNS[wish.dataset])
    with tenant_session(tenant_id) as connection:
        require_chosen(connection, tenant_id, wish.devices)
        data, row_count = bytearray(encoder.begin()), 0
        for page in read_pages(connection, tenant_id, wish):
            data += encoder.encode(page.rows)
            row_count += len(page.rows)
            if len(data) > MOST_BYTES_AT_ONCE:
                message = "this is too large to be answered at once; ask for it with POST /customer/exports instead"
                raise ConflictError(message)
        data += encoder.end()
        export_id = store.insert_download(
            connection,
            tenant_id,
            wish,
            row_count=row_count,
            byte_count=len(data),
            requested_by=actor.name,
            now=now,
        )
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="export.download",
            subject=str(export_id),
            after=_audited(wish),
        )
    return Download(data.decode(), wish.file_name(now))


def request_export(actor: Principal, wish: ExportWish, *, origin: Origin) -> Export:
    """Ask for a file of any size, which is begun at once.

    Raises NotPermittedError, InvalidInputError, ConflictError when the tenant waits for many already.
    """
    tenant_id = _admit(actor, Permission.MAKE_EXPORTS, wish.dataset)
    now = clock.now()
    wish = _checked(wish, now)
    with tenant_session(tenant_id) as connection:
        require_chosen(connection, tenant_id, wish.devices)
        if store.count_open_exports(connection, tenant_id) >= MOST_OPEN:
            message = f"{MOST_OPEN} exports are being made already; ask again when one of them is done, or cancel one"
            raise ConflictError(message)
        export = store.insert_export(connection, tenant_id, wish, requested_by=actor.name, now=now)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="export.request",
            subject=str(export.export_id),
            after=_audited(wish),
        )
        add_events(connection, [export_due(tenant_id, export.export_id)])
    publish_after_commit()
    return export


def cancel_export(actor: Principal, export_id: UUID, *, origin: Origin) -> Export:
    """Have a file not made. Raises NotPermittedError, NotFoundError, ConflictError when there is none to come."""
    tenant_id = actor.require(Permission.MAKE_EXPORTS)
    with tenant_session(tenant_id) as connection:
        before = store.find_export(connection, tenant_id, export_id, lock=True)
        if not before.status.is_open:
            message = f"the export is {before.status}; only one that is being made can be cancelled"
            raise ConflictError(message)
        outcome = f"cancelled by {actor.name}"
        after = store.cancel_export(connection, tenant_id, export_id, outcome=outcome, now=clock.now())
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="export.cancel",
            subject=str(export_id),
            before={"status": before.status.value},
            after={"status": after.status.value},
        )
    return after


def get_link(actor: Principal, export_id: UUID, *, origin: Origin) -> ExportLink:
    """Where an export's file is fetched from without a token, for some minutes.

    Raises NotPermittedError, NotFoundError, ConflictError when there is no file yet, or none any more.
    """
    tenant_id = actor.require(Permission.READ_EXPORTS)
    now = clock.now()
    with tenant_session(tenant_id) as connection:
        export = store.find_export(connection, tenant_id, export_id)
        actor.admit(export.dataset.permission)
        if export.status is not ExportStatus.DONE or export.expires_at is None:
            message = f"the export is {export.status}; there is a file when it is DONE"
            raise ConflictError(message)
        if export.at_once:
            message = "this export was handed over at once, and no file was kept; ask for another one"
            raise ConflictError(message)
        if now >= export.expires_at:
            message = f"the file was there until {export.expires_at:%Y-%m-%d %H:%M} UTC; ask for another export"
            raise ConflictError(message)
        expires_at = min(now + LINK_LASTS, export.expires_at)
        record_change(connection, actor=actor, origin=origin, action="export.fetch", subject=str(export_id))
    seconds = max(1, (expires_at - now) // timedelta(seconds=1))
    return ExportLink(url=bucket.link_to(bucket.key_of(tenant_id, export_id), seconds=seconds), expires_at=expires_at)


def get_export(tenant_id: str, export_id: UUID) -> Export:
    """One export. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return store.find_export(connection, tenant_id, export_id)


def list_exports(
    tenant_id: str, *, dataset: Dataset | None, status: ExportStatus | None, limit: int, after: ExportPosition | None
) -> ExportList:
    """A page of a tenant's exports, newest first."""
    with tenant_session(tenant_id) as connection:
        found = store.list_exports(connection, tenant_id, dataset=dataset, status=status, limit=limit, after=after)
    page = found[:limit]
    return ExportList(page, ExportPosition(page[-1].created_at, page[-1].export_id) if len(found) > limit else None)


def _admit(actor: Principal, permission: Permission, dataset: Dataset) -> str:
    """The tenant whose data it is: who exports it must be allowed to read it as well."""
    actor.admit(dataset.permission)
    return actor.require(permission)


def _checked(wish: ExportWish, now: datetime) -> ExportWish:
    """The wish with a whole period."""
    known = _STATUSES[wish.dataset]
    if wish.dataset_status is not None and wish.dataset_status not in known:
        choice = f"must be one of {', '.join(known)}" if known else f"must be left out: {wish.dataset} has none"
        raise _refused("dataset_status", choice)
    if wish.dataset is Dataset.DEVICES:
        for field, given in (("start", wish.period_start), ("end", wish.period_end)):
            if given is not None:
                raise _refused(field, "must be left out: devices are exported as they are")
        return wish
    end = min(wish.period_end or now, now)
    start = wish.period_start or end - timedelta(days=USUAL_DAYS)
    if wish.dataset is Dataset.TELEMETRY:
        start = max(start, now - timedelta(days=settings().telemetry_retention_days))
    if start >= end:
        raise _refused("start", "must be before end, and in the past")
    if end - start > LONGEST:
        raise _refused("start", f"must be at most {LONGEST.days} days before end")
    return wish._replace(period_start=start, period_end=end)


def _audited(wish: ExportWish) -> dict[str, Any]:
    told = {name: value for name, value in wish._asdict().items() if value not in (None, {})}
    return {
        name: dict(value)
        if isinstance(value, Mapping)
        else value.isoformat()
        if isinstance(value, datetime)
        else str(value)
        for name, value in told.items()
    }


def _refused(field: str, reason: str) -> InvalidInputError:
    return InvalidInputError(f"{field} {reason}", errors=(FieldError(field, reason),))
