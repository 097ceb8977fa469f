"""Many devices at once, from a file. A row that is wrong stops no other, and the same rows again change nothing."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import Field

from pulse import clock
from pulse.alerts.evaluation.leaving import close_left_scopes
from pulse.database import Connection, tenant_session
from pulse.devices import announcements, device_store
from pulse.devices.deadlines import renew_deadlines
from pulse.devices.import_file import COLUMNS, FileRow, error_report, read_device, read_file, write_cell
from pulse.devices.queries import Lifecycle
from pulse.devices.references import (
    Known,
    find_references,
    is_reached_through,
    lock_parents,
    missing_references,
    read_parents,
)
from pulse.devices.registration import DeviceRegistration, place_error
from pulse.devices.seats import Seats, lock_seats, take_seats
from pulse.errors import FieldError
from pulse.events.outbox import add_events, publish_after_commit
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.models import Model
from pulse.operations.audit import record_change


class RowOutcome(StrEnum):
    """What became of a row, or in a dry run would."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class RowError(Model):
    """What is wrong with a row."""

    field: str
    reason: str


class FieldChange(Model):
    """A field that a row changes, as cells of a file have it."""

    field: str
    before: str
    after: str = Field(description="Empty where the row empties the field")


class RowResult(Model):
    """A row of the file and what became of it."""

    row: int = Field(description="Its number in the file, whose header is row 1")
    device_id: str
    outcome: RowOutcome
    changes: list[FieldChange] = Field(description="Of a device that there was already, in the order of the columns")
    errors: list[RowError]


class ImportReport(Model):
    """What became of a file."""

    dry_run: bool
    total: int
    created: int
    updated: int
    unchanged: int
    failed: int
    results: list[RowResult] = Field(description="In the order of the file")
    error_report: str | None = Field(description="CSV of the rows that failed, with the reasons; null without any")


class _Judged(NamedTuple):
    """A row with the device that it means and what is known of that device; or what is wrong with it."""

    row: FileRow
    device: DeviceRegistration | None
    before: Mapping[str, Any] | None
    errors: Sequence[FieldError]

    @property
    def changed(self) -> set[str]:
        """The fields of a known device that the row changes."""
        return {change.field for change in self.changes}

    @property
    def changes(self) -> list[FieldChange]:
        """What the row changes of a known device, in the order of the columns."""
        if self.device is None or self.before is None:
            return []
        after = self.device.model_dump()
        return [
            FieldChange(field=name, before=write_cell(self.before[name]), after=write_cell(after[name]))
            for name in COLUMNS
            if after[name] != self.before[name]
        ]

    @property
    def outcome(self) -> RowOutcome:
        if self.errors or self.device is None:
            return RowOutcome.FAILED
        if self.before is None:
            return RowOutcome.CREATED
        return RowOutcome.UPDATED if self.changed else RowOutcome.UNCHANGED


def import_devices(actor: Principal, text: str, *, dry_run: bool, origin: Origin) -> ImportReport:
    """Enter the devices of a file, or bring them up to date; in a dry run only say what would become of each row.

    Raises NotPermittedError, InvalidInputError when the file as a whole is none of ours.
    """
    tenant_id = actor.require(Permission.MANAGE_DEVICES)
    rows = read_file(text)
    with tenant_session(tenant_id) as connection:
        # First, as whoever adds a device does: no id that is free now is taken before the end.
        seats = lock_seats(connection, tenant_id)
        judged = _judge(connection, tenant_id, rows, seats)
        if not dry_run:
            _write(connection, tenant_id, judged, actor=actor, origin=origin)
    if not dry_run:
        publish_after_commit()
    return _report(judged, dry_run=dry_run)


def _judge(connection: Connection, tenant_id: str, rows: Sequence[FileRow], seats: Seats) -> list[_Judged]:
    ids = [row.cells["device_id"] for row in rows if row.cells.get("device_id")]
    known = device_store.read_device_rows(connection, tenant_id, ids, lock=True)
    first_row: dict[str, int] = {}
    judged = []
    for row in rows:
        device_id = row.cells.get("device_id", "")
        before = known.get(device_id)
        found = read_device(row, before and device_store.registered_fields(before))
        errors: tuple[FieldError, ...] = found if isinstance(found, tuple) else ()
        device = found if isinstance(found, DeviceRegistration) else None
        if device_id in first_row:
            errors += (FieldError("device_id", f"is in row {first_row[device_id]} already"),)
        elif before is not None and before["lifecycle"] == Lifecycle.DECOMMISSIONED:
            errors += (FieldError("device_id", "is a device that was decommissioned"),)
        if device is not None:
            errors += place_error(device.latitude, device.longitude)
        first_row.setdefault(device_id, row.number)
        judged.append(_Judged(row, device, before, errors))
    return _without_orphans(_with_seats(_with_references(connection, tenant_id, judged), seats))


def _with_references(connection: Connection, tenant_id: str, judged: Sequence[_Judged]) -> list[_Judged]:
    """The rows, those refused whose site, type or gateway does not exist, or whose gateway is behind the device."""
    devices = [entry.device for entry in judged if entry.device is not None]
    parents = {device.parent_device_id for device in devices if device.parent_device_id}
    if parents:
        lock_parents(connection, tenant_id)
    known = find_references(
        connection,
        tenant_id,
        site_ids={device.site_id for device in devices},
        device_types={device.device_type for device in devices},
        device_ids=parents,
    )
    entered = {entry.device.device_id for entry in judged if entry.device is not None and not entry.errors}
    known = Known(known.site_ids, known.device_types, known.device_ids | entered)
    above = read_parents(connection, tenant_id, parents) if parents else {}
    above |= {device.device_id: device.parent_device_id for device in devices}
    found = []
    for entry in judged:
        if entry.device is None:
            found.append(entry)
            continue
        errors = missing_references(
            known,
            site_id=entry.device.site_id,
            device_type=entry.device.device_type,
            parent_device_id=entry.device.parent_device_id,
        )
        if is_reached_through(above, entry.device.parent_device_id, entry.device.device_id):
            errors += (FieldError("parent_device_id", "is the device itself, or is reached through it"),)
        found.append(entry._replace(errors=(*entry.errors, *errors)))
    return found


def _without_orphans(judged: list[_Judged]) -> list[_Judged]:
    """The rows, those refused whose gateway would be entered by a row that is refused itself."""
    while True:
        refused = {
            entry.device.device_id for entry in judged if entry.device and entry.errors and entry.before is None
        } - {entry.device.device_id for entry in judged if entry.device and entry.outcome is RowOutcome.CREATED}
        found = [
            entry._replace(errors=(FieldError("parent_device_id", "is refused itself"),))
            if entry.device and not entry.errors and entry.device.parent_device_id in refused
            else entry
            for entry in judged
        ]
        if found == judged:
            return found
        judged = found


def _with_seats(judged: Sequence[_Judged], seats: Seats) -> list[_Judged]:
    """The rows, those refused that would need a seat after the last free one is taken."""
    free = seats.free
    found = []
    for entry in judged:
        if entry.outcome is RowOutcome.CREATED:
            free -= 1
            if free < 0:
                entry = entry._replace(errors=(FieldError("device_id", "no device seat is free for it"),))
        found.append(entry)
    return found


def _write(
    connection: Connection, tenant_id: str, judged: Sequence[_Judged], *, actor: Principal, origin: Origin
) -> None:
    created = [entry.device.model_dump() for entry in judged if entry.device and entry.outcome is RowOutcome.CREATED]
    updated = [entry for entry in judged if entry.outcome is RowOutcome.UPDATED]
    after = {entry.device.device_id: entry.device.model_dump() for entry in updated if entry.device}
    if created:
        seats = take_seats(connection, tenant_id, len(created))
        device_store.insert_devices(connection, tenant_id, created, seats)
    if updated:
        device_store.update_devices(connection, tenant_id, list(after.values()))
        renew_deadlines(connection, tenant_id, device_ids=list(after), now=clock.now())
        close_left_scopes(connection, [(tenant_id, device_id) for device_id in after], clock.now())
    with connection.pipeline():
        for device in created:
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="device.import",
                subject=device["device_id"],
                after=device,
            )
        for entry in updated:
            assert entry.before is not None
            device_id = entry.before["device_id"]
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="device.import",
                subject=device_id,
                before={name: entry.before[name] for name in entry.changed},
                after={name: after[device_id][name] for name in entry.changed},
            )
    add_events(connection, announcements.devices_created(tenant_id, created, by=actor.name))
    changes = [(after[entry.row.cells["device_id"]], entry.changed) for entry in updated]
    add_events(connection, announcements.devices_updated(tenant_id, changes, by=actor.name))


def _report(judged: Sequence[_Judged], *, dry_run: bool) -> ImportReport:
    outcomes = [entry.outcome for entry in judged]
    failed = [(entry.row, entry.errors) for entry in judged if entry.errors]
    return ImportReport(
        dry_run=dry_run,
        total=len(judged),
        created=outcomes.count(RowOutcome.CREATED),
        updated=outcomes.count(RowOutcome.UPDATED),
        unchanged=outcomes.count(RowOutcome.UNCHANGED),
        failed=outcomes.count(RowOutcome.FAILED),
        results=[
            RowResult(
                row=entry.row.number,
                device_id=entry.row.cells.get("device_id", ""),
                outcome=entry.outcome,
                changes=entry.changes if entry.outcome is RowOutcome.UPDATED else [],
                errors=[RowError(field=error.field, reason=error.reason) for error in entry.errors],
            )
            for entry in judged
        ],
        error_report=error_report(failed) if failed else None,
    )
