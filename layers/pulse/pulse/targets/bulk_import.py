"""Many targets at once, from a file. A row that is wrong stops no other, and the same rows again change nothing.

But their secrets: a row that brings one writes it anew, for an answer that it is the one that is kept would let
whoever may import try passwords until one is right.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pulse.database import tenant_session
from pulse.devices.bulk_import import FieldChange, RowError, RowOutcome
from pulse.devices.import_file import FileRow, read_file
from pulse.errors import ConflictError, FieldError, InvalidInputError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.inbound import addon_store
from pulse.targets import managing, target_store
from pulse.targets.access_parts import kept_secrets, shown_access
from pulse.targets.import_file import COLUMNS, MAX_ROWS, REQUIRED, changed_fields, read_wish
from pulse.targets.import_report import TargetImportReport, TargetRowResult
from pulse.targets.target import Target, TargetWish
from pulse.targets.target_store import TargetRow


class _Judged(NamedTuple):
    row: FileRow
    wish: TargetWish | None
    access: Mapping[str, Any] | None
    """What becomes of the wish's, as people see it."""
    before: Target | None
    errors: Sequence[FieldError]

    @property
    def changes(self) -> list[FieldChange]:
        """What the row changes of a known target."""
        if self.before is None or self.wish is None or self.access is None:
            return []
        return changed_fields(self.row, self.before, self.wish._replace(access=dict(self.access)))

    @property
    def outcome(self) -> RowOutcome:
        if self.errors or self.wish is None:
            return RowOutcome.FAILED
        if self.before is None:
            return RowOutcome.CREATED
        return RowOutcome.UPDATED if self.changes else RowOutcome.UNCHANGED


def import_targets(actor: Principal, text: str, *, dry_run: bool, origin: Origin) -> TargetImportReport:
    """Enter the targets of a file, or bring them up to date; in a dry run only say what would become of each row.

    Raises NotPermittedError, InvalidInputError when the file as a whole is none of ours.
    """
    tenant_id = actor.require(Permission.MANAGE_ADDONS)
    rows = read_file(text, columns=COLUMNS, required=REQUIRED, most=MAX_ROWS)
    known = _known(tenant_id, rows)
    seen: dict[str, int] = {}
    judged = []
    for row in rows:
        name = row.cells.get("name", "")
        one = _judge(tenant_id, row, known.get(name))
        if name in seen:
            one = one._replace(errors=(FieldError("name", f"is in row {seen[name]} already"),))
        seen.setdefault(name, row.number)
        judged.append(one if dry_run else _write(actor, one, origin))
    outcomes = [one.outcome for one in judged]
    return TargetImportReport(
        dry_run=dry_run,
        total=len(judged),
        created=outcomes.count(RowOutcome.CREATED),
        updated=outcomes.count(RowOutcome.UPDATED),
        unchanged=outcomes.count(RowOutcome.UNCHANGED),
        failed=outcomes.count(RowOutcome.FAILED),
        results=[
            TargetRowResult(
                row=one.row.number,
                name=one.row.cells.get("name", ""),
                outcome=one.outcome,
                changes=one.changes if one.outcome is RowOutcome.UPDATED else [],
                errors=[RowError(field=error.field, reason=error.reason) for error in one.errors],
            )
            for one in judged
        ],
    )


def _known(tenant_id: str, rows: Sequence[FileRow]) -> dict[str, TargetRow]:
    with tenant_session(tenant_id) as connection:
        return target_store.targets_by_name(connection, tenant_id, [row.cells.get("name", "") for row in rows])


def _judge(tenant_id: str, row: FileRow, before: TargetRow | None) -> _Judged:
    """The row with what it wants, checked as a single target would be."""
    shown = None if before is None else managing.shown(before)
    addon_id = row.cells.get("addon_id") or ("" if shown is None else shown.addon_id)
    with tenant_session(tenant_id) as connection:
        manifest = addon_store.find_manifest(connection, tenant_id, addon_id)
    kind = "" if manifest is None else managing.access_kind(manifest.method)
    wish = read_wish(row, kind, shown)
    if not isinstance(wish, TargetWish):
        return _Judged(row, None, None, shown, wish)
    try:
        if not kind:
            raise InvalidInputError.of([FieldError("addon_id", f"there is no addon {addon_id} that asks")])
        access = managing.checked_access(wish, kept={} if before is None else kept_secrets(before))
        with tenant_session(tenant_id) as connection:
            interval = managing.check_wish(connection, tenant_id, wish, access)
    except InvalidInputError as error:
        return _Judged(row, wish, None, shown, _errors_of_row(error))
    return _Judged(row, wish._replace(interval_seconds=interval), shown_access(access), shown, ())


def _write(actor: Principal, one: _Judged, origin: Origin) -> _Judged:
    """Do what a row wants; what the database refuses is the row's error."""
    try:
        if one.wish is not None and one.outcome is RowOutcome.CREATED:
            managing.create_target(actor, one.wish, origin=origin)
        elif one.wish is not None and one.before is not None and one.outcome is RowOutcome.UPDATED:
            managing.change_target(actor, one.before.target_id, one.wish, if_match=one.before.version, origin=origin)
    except (InvalidInputError, ConflictError) as error:
        return one._replace(errors=_errors_of_row(error))
    return one


def _errors_of_row(error: InvalidInputError | ConflictError) -> tuple[FieldError, ...]:
    """What is wrong, by the columns of the file: those of the access are beside the others there."""
    return tuple(
        FieldError(it.field.removeprefix("access."), it.reason)
        for it in error.errors or (FieldError("row", str(error)),)
    )
