"""The life of a subscription: its steps, when each is due, and the notices before the end of a term. Pure.

    TRIAL ──┐ term ends      14 days             90 days
            ├───────────► GRACE ─────► SUSPENDED ─────► EXPIRED
    ACTIVE ─┘

A granted renewal leads back to ACTIVE from everywhere. Operators suspend and resume, and may put off the end of a term
during its grace. A step counts from when it was due, however late somebody looks. What is EXPIRED is kept for a year.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

TRIAL_LENGTH: Final = timedelta(days=14)
GRACE_LENGTH: Final = timedelta(days=14)
SUSPENSION_LENGTH: Final = timedelta(days=90)
DATA_KEPT: Final = timedelta(days=365)
NOTICE_DAYS: Final = (90, 60, 30, 14, 7, 1)
DELETION_NOTICE_DAYS: Final = (30, 7)
"""Before the data of an EXPIRED one are kept no longer."""
WARNED_FOR: Final = timedelta(days=min(DELETION_NOTICE_DAYS))
"""How long ago the last of these notices must have been given, however late it was."""
_NOTHING_LEFT: Final = 0


class SubscriptionKind(StrEnum):
    """An ADDON adds seats to a MAIN and shares its term; a TEMPORARY one is for a project of its own."""

    MAIN = "MAIN"
    ADDON = "ADDON"
    TRIAL = "TRIAL"
    TEMPORARY = "TEMPORARY"

    @property
    def status_within_term(self) -> "SubscriptionStatus":
        """What it is as long as its term lasts."""
        return SubscriptionStatus.TRIAL if self is SubscriptionKind.TRIAL else SubscriptionStatus.ACTIVE


class SubscriptionStatus(StrEnum):
    """GRACE: the term is over and everything still works. SUSPENDED and EXPIRED: reading alone does."""

    TRIAL = "TRIAL"
    ACTIVE = "ACTIVE"
    GRACE = "GRACE"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"

    @property
    def is_in_force(self) -> bool:
        """Whether devices are heard and changes are taken."""
        return self not in (SubscriptionStatus.SUSPENDED, SubscriptionStatus.EXPIRED)

    @property
    def is_within_term(self) -> bool:
        """Whether its term is still to end."""
        return self in (SubscriptionStatus.TRIAL, SubscriptionStatus.ACTIVE)


IN_FORCE: Final = tuple(status for status in SubscriptionStatus if status.is_in_force)
_AFTER: Final = MappingProxyType(
    {
        SubscriptionStatus.TRIAL: SubscriptionStatus.GRACE,
        SubscriptionStatus.ACTIVE: SubscriptionStatus.GRACE,
        SubscriptionStatus.GRACE: SubscriptionStatus.SUSPENDED,
        SubscriptionStatus.SUSPENDED: SubscriptionStatus.EXPIRED,
    }
)


class Life(NamedTuple):
    """Where a subscription is in its life; `since` is when it came there.

    `noticed_days` is the nearest notice that is done with, in days before the end of the term, or of an EXPIRED one
    before its data are kept no longer; None: none is.
    """

    status: SubscriptionStatus
    since: datetime
    term_end: datetime
    noticed_days: int | None = None

    @property
    def ends_at(self) -> datetime | None:
        """When it leaves its status by itself; None when it does not."""
        match self.status:
            case SubscriptionStatus.TRIAL | SubscriptionStatus.ACTIVE:
                return self.term_end
            case SubscriptionStatus.GRACE:
                return self.since + GRACE_LENGTH
            case SubscriptionStatus.SUSPENDED:
                return self.since + SUSPENSION_LENGTH
            case SubscriptionStatus.EXPIRED:
                return None

    @property
    def kept_until(self) -> datetime | None:
        """Until when the data of an EXPIRED one are kept; None of others."""
        return self.since + DATA_KEPT if self.status is SubscriptionStatus.EXPIRED else None

    @property
    def told_end(self) -> datetime | None:
        """The end that people are told of beforehand; None while there is none to tell of."""
        return self.term_end if self.status.is_within_term else self.kept_until

    @property
    def notice_days(self) -> tuple[int, ...]:
        """How many days before that end."""
        return NOTICE_DAYS if self.status.is_within_term else DELETION_NOTICE_DAYS

    @property
    def due_at(self) -> datetime | None:
        """When the next step or notice is due; None when there is none any more."""
        if self.told_end is None:
            return self.ends_at
        to_come = [days for days in self.notice_days if self.noticed_days is None or days < self.noticed_days]
        return self.told_end - timedelta(days=max(to_come)) if to_come else self.ends_at


class Step(NamedTuple):
    """A step that was due at `at`."""

    from_status: SubscriptionStatus
    to_status: SubscriptionStatus
    at: datetime


class Passage(NamedTuple):
    """What time has brought: where the life is now, the steps there, and the notice to give, in days."""

    life: Life
    steps: tuple[Step, ...]
    notice: int | None


def begin(kind: SubscriptionKind, *, term_end: datetime, now: datetime) -> Life:
    """The life of a subscription whose term begins; notices whose time is over already are not given."""
    return Life(kind.status_within_term, now, term_end, _newest_notice(NOTICE_DAYS, term_end, now))


def pass_time(life: Life, now: datetime) -> Passage:
    """Take every step that is due by now. Of notices that were missed the newest alone is given."""
    steps: list[Step] = []
    while (at := life.ends_at) is not None and at <= now:
        step = Step(life.status, _AFTER[life.status], at)
        steps.append(step)
        is_over = step.to_status is SubscriptionStatus.EXPIRED
        life = life._replace(status=step.to_status, since=at, noticed_days=None if is_over else _NOTHING_LEFT)
    notice = _due_notice(life, now)
    return Passage(life if notice is None else life._replace(noticed_days=notice), tuple(steps), notice)


def is_prolonged(life: Life, kind: SubscriptionKind, now: datetime) -> bool:
    """Whether a renewal is added to the term that there is; otherwise a new one begins at once.

    Paid time that is left counts, during an operator's suspension too, and grace that was used; a trial's do not.
    """
    if kind is SubscriptionKind.TRIAL:
        return False
    return life.status in (SubscriptionStatus.ACTIVE, SubscriptionStatus.GRACE) or life.term_end > now


def renewed_end(life: Life, kind: SubscriptionKind, *, term_days: int, now: datetime) -> datetime:
    """The end of a renewed term, never before the end that there was."""
    length = timedelta(days=term_days)
    return life.term_end + length if is_prolonged(life, kind, now) else max(life.term_end, now + length)


def renew(life: Life, kind: SubscriptionKind, *, term_days: int, now: datetime) -> Life:
    """The life after a granted renewal."""
    return begin(SubscriptionKind.MAIN, term_end=renewed_end(life, kind, term_days=term_days, now=now), now=now)


def move_end(life: Life, kind: SubscriptionKind, *, term_end: datetime, now: datetime) -> Life:
    """The life with another end of its term; during the grace, an end to come leads back into the term."""
    noticed = _newest_notice(NOTICE_DAYS, term_end, now)
    if life.status is SubscriptionStatus.GRACE and term_end > now:
        return Life(kind.status_within_term, now, term_end, noticed)
    return life._replace(term_end=term_end, noticed_days=noticed)


def suspend(life: Life, now: datetime) -> Life | None:
    """The life from an operator's suspension on; None when it is not in force."""
    return life._replace(status=SubscriptionStatus.SUSPENDED, since=now) if life.status.is_in_force else None


def resume(life: Life, kind: SubscriptionKind, now: datetime) -> Life | None:
    """The life after the end of a suspension; None when it is not suspended, or its grace is over as well."""
    if life.status is not SubscriptionStatus.SUSPENDED or now >= life.term_end + GRACE_LENGTH:
        return None
    if now >= life.term_end:
        return Life(SubscriptionStatus.GRACE, life.term_end, life.term_end, _NOTHING_LEFT)
    return begin(kind, term_end=life.term_end, now=now)


def days_until(end: datetime, now: datetime) -> int:
    """Days that are left, begun ones included; 0 when it is over."""
    return max(0, -((now - end) // timedelta(days=1)))


def _newest_notice(notice_days: Sequence[int], end: datetime, now: datetime) -> int | None:
    return min((days for days in notice_days if end - timedelta(days=days) <= now), default=None)


def _due_notice(life: Life, now: datetime) -> int | None:
    if life.told_end is None:
        return None
    newest = _newest_notice(life.notice_days, life.told_end, now)
    return newest if newest is not None and (life.noticed_days is None or newest < life.noticed_days) else None
