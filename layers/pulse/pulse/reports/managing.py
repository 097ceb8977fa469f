"""What people do with reports: ask for one, look at those that were made, and say when they want them by mail."""

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from pulse import clock
from pulse.database import tenant_session
from pulse.errors import ConflictError, FieldError, InvalidInputError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import record_change
from pulse.reports import gathering, run_store
from pulse.reports.availability import Interval
from pulse.reports.report import (
    DeviceAvailability,
    ReportRun,
    ReportRunDetail,
    ReportSchedule,
    ReportStatus,
    ScheduleWish,
)
from pulse.reports.run_store import RunPosition
from pulse.settings import settings
from pulse.versions import require_match

USUAL_DAYS: Final = 30
LONGEST: Final = timedelta(days=366)


class RunList(NamedTuple):
    """A page of reports, and where the next one starts (None after the last)."""

    runs: list[ReportRun]
    next_position: RunPosition | None


def make_report(actor: Principal, start: datetime | None, end: datetime | None, *, origin: Origin) -> ReportRunDetail:
    """Make a report of any time, and keep it. Raises NotPermittedError, InvalidInputError."""
    tenant_id = actor.require(Permission.MAKE_REPORTS)
    now = clock.now()
    summary = gathering.summarize(tenant_id, _period(start, end, now))
    with tenant_session(tenant_id) as connection:
        report_id = run_store.insert_done(connection, tenant_id, summary, requested_by=actor.name, now=now)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="report.make",
            subject=str(report_id),
            before=None,
            after={"start": summary.start.isoformat(), "end": summary.end.isoformat()},
        )
        return run_store.find_run(connection, tenant_id, report_id)


def list_availability(
    tenant_id: str,
    start: datetime | None,
    end: datetime | None,
    *,
    site_id: str | None,
    limit: int,
    after: str,
) -> tuple[list[DeviceAvailability], str | None]:
    """A page of devices with their availability, and the id after which the next one starts (None after the last)."""
    found = gathering.list_availability(
        tenant_id, _period(start, end, clock.now()), site_id=site_id, after=after, limit=limit
    )
    page = found[:limit]
    return page, page[-1].device_id if len(found) > limit else None


def list_runs(tenant_id: str, *, status: ReportStatus | None, limit: int, after: RunPosition | None) -> RunList:
    """A page of a tenant's reports, newest first."""
    with tenant_session(tenant_id) as connection:
        found = run_store.list_runs(connection, tenant_id, status=status, limit=limit, after=after)
    page = found[:limit]
    return RunList(page, RunPosition(page[-1].created_at, page[-1].report_id) if len(found) > limit else None)


def get_run(tenant_id: str, report_id: UUID) -> ReportRunDetail:
    """One report with what it says. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return run_store.find_run(connection, tenant_id, report_id)


def cancel_run(actor: Principal, report_id: UUID, *, origin: Origin) -> ReportRunDetail:
    """Have a report that is due neither made nor sent.

    Raises NotPermittedError, NotFoundError, ConflictError when it is made, or given up.
    """
    tenant_id = actor.require(Permission.MANAGE_REPORTS)
    with tenant_session(tenant_id) as connection:
        before = run_store.lock_run(connection, tenant_id, report_id)
        if before.status is not ReportStatus.PENDING:
            message = f"the report is {before.status}; only one that is to be made can be cancelled"
            raise ConflictError(message)
        run_store.cancel_run(connection, tenant_id, report_id, outcome=f"cancelled by {actor.name}", now=clock.now())
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="report.cancel",
            subject=str(report_id),
            before={"status": before.status.value},
            after={"status": ReportStatus.CANCELLED.value},
        )
        return run_store.find_run(connection, tenant_id, report_id)


def get_schedule(tenant_id: str) -> ReportSchedule:
    """When a tenant gets reports by mail."""
    with tenant_session(tenant_id) as connection:
        return run_store.read_schedule(connection, tenant_id)


def change_schedule(actor: Principal, wish: ScheduleWish, *, if_match: int | None, origin: Origin) -> ReportSchedule:
    """Say when reports are made and who gets them; the first are those of the periods that are under way.

    Raises NotPermittedError, StaleVersionError, InvalidInputError when there are some and nobody would get them.
    """
    tenant_id = actor.require(Permission.MANAGE_REPORTS)
    now = clock.now()
    wish = wish.model_copy(update={"recipients": list(dict.fromkeys(wish.recipients))})
    if wish.cadences and not wish.recipients:
        raise _refused("recipients", "must name somebody while there are cadences")
    if wish.cadences and not settings().email_sender:
        raise _refused("cadences", "must be empty: this installation has no address to send mail from")
    with tenant_session(tenant_id) as connection:
        before = run_store.lock_schedule(connection, tenant_id)
        require_match(if_match, before.version)
        old, new = _audited(before), _audited(wish)
        changed = [name for name in new if old[name] != new[name]]
        if changed:
            due_at = wish.plan.due_at(wish.cadences, now)
            run_store.write_schedule(connection, tenant_id, wish, due_at=due_at, now=now)
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="report_schedule.change",
                subject=tenant_id,
                before={name: old[name] for name in changed},
                after={name: new[name] for name in changed},
            )
        return run_store.read_schedule(connection, tenant_id)


def _period(start: datetime | None, end: datetime | None, now: datetime) -> Interval:
    until = min(end or now, now)
    since = start or until - timedelta(days=USUAL_DAYS)
    if since >= until:
        raise _refused("start", "must be before end, and in the past")
    if until - since > LONGEST:
        raise _refused("start", f"must be at most {LONGEST.days} days before end")
    return Interval(since, until)


def _audited(wish: ScheduleWish) -> dict[str, Any]:
    return wish.model_dump(mode="json", include=set(ScheduleWish.model_fields))


def _refused(field: str, reason: str) -> InvalidInputError:
    return InvalidInputError(f"{field} {reason}", errors=(FieldError(field, reason),))
