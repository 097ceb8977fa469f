"""Making the reports that are due. A period has one run, and whoever makes it has claimed it: two sweeps send one mail.

Whoever dies between sending and noting it leaves a claim that runs out; the next attempt carries the same message id.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pulse import clock
from pulse.database import ingest_session, tenant_session
from pulse.logging import logger
from pulse.notifications.retries import delay_before
from pulse.outbound.errors import OutboundError
from pulse.outbound.ses import send_through_ses
from pulse.reports import run_store
from pulse.reports.gathering import summarize
from pulse.reports.mail import mail_of
from pulse.reports.report import ReportStatus, SlaSummary
from pulse.reports.run_store import Claimed
from pulse.settings import settings
from pulse.tenants.registry import get_tenant
from pulse.tenants.status import inactive_tenants

type _Outcome = tuple[ReportStatus, str | None, SlaSummary | None, timedelta | None]
"""What a try has led to, why, what the report says, and after how long there is another try."""

_BATCH: Final = 500
# Longer than a function may run, so that nobody makes what somebody else is making.
_CLAIM: Final = timedelta(minutes=16)
_NOBODY: Final[_Outcome] = (ReportStatus.CANCELLED, "the tenant is not active", None, None)
_OUR_FAULT: Final = "the report could not be made or sent for a reason of our own"


class _NotWantedError(Exception):
    """Somebody has cancelled it while it was made."""


def generate_reports(now: datetime, *, budget: timedelta) -> dict[str, int]:
    """Make what is due, at most for `budget`; return how many reports ended in each status, or were put off."""
    give_up_at = clock.now() + budget
    while begin_runs(now):
        pass
    counts = dict.fromkeys((status.value for status in ReportStatus), 0)
    while clock.now() < give_up_at and (status := make_next(now)) is not None:
        counts[status.value] += 1
    return counts


def begin_runs(now: datetime) -> int:
    """Begin the report of each period that has ended since it was wanted; of several missed ones the newest."""
    with ingest_session() as connection:
        due = run_store.lock_due_schedules(connection, now, limit=_BATCH)
        for schedule in due:
            plan = schedule.wish.plan
            for cadence in schedule.wish.cadences:
                period = plan.period_before(cadence, now)
                if period.end > schedule.wanted_since:
                    run_store.begin_run(
                        connection,
                        schedule.tenant_id,
                        cadence,
                        period,
                        recipients=schedule.wish.recipients,
                        now=now,
                    )
            run_store.set_due(connection, schedule.tenant_id, plan.due_at(schedule.wish.cadences, now))
    return len(due)


def make_next(now: datetime) -> ReportStatus | None:
    """Make one report that is due; return what it is then, None when there is none."""
    with ingest_session() as connection:
        run = run_store.claim_run(connection, now, until=now + _CLAIM)
        is_active = run is not None and not inactive_tenants(connection, [run.tenant_id])
    if run is None:
        return None
    status, outcome, result, delay = _try(run) if is_active else _NOBODY
    with ingest_session() as connection:
        if delay is not None:
            run_store.put_off_run(connection, run, due_at=now + delay, outcome=outcome or "")
        else:
            run_store.finish_run(connection, run, status, outcome=outcome, result=result, now=now)
    logger.info("report_tried", tenant_id=run.tenant_id, status=status.value, attempt=run.attempts, reason=outcome)
    return status


def _try(run: Claimed) -> _Outcome:
    try:
        report = summarize(run.tenant_id, run.period)
        _send(run, report)
    except _NotWantedError:
        return ReportStatus.CANCELLED, None, None, None
    except OutboundError as error:
        return _after_failure(run, error)
    # Whatever a tenant's data make of a report must not leave it due: it would be claimed first each time, and no other
    # tenant would get one.
    except Exception:
        logger.exception("report_failed", tenant_id=run.tenant_id, attempt=run.attempts)
        return _after_failure(run, OutboundError(_OUR_FAULT, permanent=False))
    return ReportStatus.DONE, None, report, None


def _after_failure(run: Claimed, error: OutboundError) -> _Outcome:
    if error.permanent:
        return ReportStatus.FAILED, error.message, None, None
    chance = secrets.randbelow(1000) / 1000
    delay = delay_before(run.attempts, retry_after_seconds=error.retry_after_seconds, chance=chance)
    return (ReportStatus.FAILED if delay is None else ReportStatus.PENDING), error.message, None, delay


def _send(run: Claimed, report: SlaSummary) -> None:
    sender = settings().email_sender
    if not sender:
        message = "this installation has no address to send mail from"
        raise OutboundError(message, permanent=True)
    with tenant_session(run.tenant_id) as connection:
        if not run_store.is_wanted(connection, run):
            raise _NotWantedError
        name = get_tenant(connection, run.tenant_id).name
        failures = run_store.read_failed_runs(connection, run.tenant_id, run.period)
        zone = ZoneInfo(run_store.read_schedule(connection, run.tenant_id).timezone)
    mail = mail_of(
        report,
        cadence=run.cadence,
        zone=zone,
        tenant_id=run.tenant_id,
        tenant_name=name,
        sender=sender,
        recipients=run.recipients,
        link=f"{settings().app_url}reports/{run.report_id}" if settings().app_url else None,
        failures=failures,
    )
    send_through_ses(sender, run.recipients, mail.as_bytes())
