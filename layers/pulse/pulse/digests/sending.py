"""Sending digests. A period has one run, and whoever sends it has claimed it, so that two sweeps send one mail.

Whoever dies between sending and noting it leaves a claim that runs out; the next attempt carries the same message id.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from pulse import clock
from pulse.database import ingest_session, tenant_session
from pulse.digests import digest_store
from pulse.digests.digest import DigestWish, RunStatus
from pulse.digests.digest_store import Claimed
from pulse.digests.gathering import gather
from pulse.digests.mail import mail_of, write_digest
from pulse.logging import logger
from pulse.notifications.retries import delay_before
from pulse.outbound.errors import OutboundError
from pulse.outbound.ses import send_through_ses
from pulse.settings import settings
from pulse.tenants.status import inactive_tenants

_BATCH: Final = 500
# Longer than a function may run, so that nobody sends what somebody else is sending.
_CLAIM: Final = timedelta(seconds=90)
_OUR_FAULT: Final = "the digest could not be written or sent for a reason of our own"


class _Outcome(NamedTuple):
    """What a try has led to; after `delay` there is another one, if it is PENDING still."""

    status: RunStatus
    reason: str | None = None
    delay: timedelta = timedelta()


def send_digests(now: datetime, *, budget: timedelta) -> dict[str, int]:
    """Send what is due, at most for `budget`; return how many runs ended in each status, or were put off."""
    give_up_at = clock.now() + budget
    while begin_runs(now):
        pass
    counts = dict.fromkeys((status.value for status in RunStatus), 0)
    while clock.now() < give_up_at and (status := send_next(now)) is not None:
        counts[status.value] += 1
    return counts


def begin_runs(now: datetime) -> int:
    """Begin the run of each period that has ended; one that nobody looked at in time is skipped for its successor."""
    with ingest_session() as connection:
        due = digest_store.lock_due_digests(connection, now, limit=_BATCH)
        for tenant_id, wish in due.items():
            digest_store.begin_run(
                connection, tenant_id, wish.plan.period_before(now), next_at=wish.plan.next_end(now), now=now
            )
    return len(due)


def send_next(now: datetime) -> RunStatus | None:
    """Send one run that is due; return what it is then, None when there is none."""
    with ingest_session() as connection:
        run = digest_store.claim_run(connection, now, until=now + _CLAIM)
        is_active = run is not None and not inactive_tenants(connection, [run.tenant_id])
    if run is None:
        return None
    outcome = _try(run) if is_active else _Outcome(RunStatus.CANCELLED, "the tenant is not active")
    with ingest_session() as connection:
        if outcome.status is RunStatus.PENDING:
            digest_store.put_off_run(connection, run, due_at=now + outcome.delay, outcome=outcome.reason)
        else:
            digest_store.finish_run(connection, run, outcome.status, outcome=outcome.reason, now=now)
    logger.info(
        "digest_tried",
        tenant_id=run.tenant_id,
        status=outcome.status.value,
        attempt=run.attempts,
        reason=outcome.reason,
    )
    return outcome.status


def _try(run: Claimed) -> _Outcome:
    try:
        with tenant_session(run.tenant_id) as connection:
            wish = digest_store.read_digest(connection, run.tenant_id)
        if not wish.enabled:
            return _Outcome(RunStatus.CANCELLED, "the digest was switched off")
        _send(run, wish)
    except OutboundError as error:
        return _after_failure(run, error)
    # Whatever a tenant's data make of a mail (the standard library's parser of addresses raises AttributeError) must
    # not leave the run due: it would be claimed first each time, and no other tenant would get a digest.
    except Exception:
        logger.exception("digest_failed", tenant_id=run.tenant_id, attempt=run.attempts)
        return _after_failure(run, OutboundError(_OUR_FAULT, permanent=False))
    return _Outcome(RunStatus.SENT)


def _after_failure(run: Claimed, error: OutboundError) -> _Outcome:
    delay = _delay(run, error)
    if delay is None:
        return _Outcome(RunStatus.FAILED, error.message)
    return _Outcome(RunStatus.PENDING, error.message, delay)


def _send(run: Claimed, wish: DigestWish) -> None:
    sender = settings().email_sender
    if not sender:
        message = "this installation has no address to send mail from"
        raise OutboundError(message, permanent=True)
    text = write_digest(gather(run.tenant_id, wish, run.period))
    mail = mail_of(text, sender=sender, recipients=wish.recipients, tenant_id=run.tenant_id, now=run.period.end)
    send_through_ses(sender, wish.recipients, mail.as_bytes())


def _delay(run: Claimed, error: OutboundError) -> timedelta | None:
    if error.permanent:
        return None
    chance = secrets.randbelow(1000) / 1000
    return delay_before(run.attempts, retry_after_seconds=error.retry_after_seconds, chance=chance)
