"""The minute sweep that tells of shift changes, each once."""

from datetime import datetime, timedelta
from typing import Any, Final

from pulse import clock
from pulse.clock import format_instant
from pulse.database import Connection, ingest_session
from pulse.events.outbox import Event, add_events, publish_due
from pulse.logging import logger
from pulse.oncall import store
from pulse.oncall.lookup import LOOK_AHEAD, PersonOnCall, next_change
from pulse.oncall.schedule import Schedule

_BATCH: Final = 100
_RETRY: Final = timedelta(minutes=10)


def announce_shift_changes(now: datetime, *, budget: timedelta) -> int:
    """Publish `oncall.shift_changed` for schedules with other people than last time; return how many there were.

    A schedule that can't be computed is pushed forward and logged, so that it can't stop the others.
    """
    give_up_at = clock.now() + budget
    changed = 0
    while clock.now() < give_up_at:
        with ingest_session() as connection:
            rows = store.claim_announcements(connection, now, limit=_BATCH)
            if not rows:
                break
            schedules = store.load_schedules(connection, rows, now, now + LOOK_AHEAD)
            for row in rows:
                changed += _announce(connection, row, schedules[row["tenant_id"], row["schedule_id"]], now)
    publish_due()
    return changed


def _announce(connection: Connection, row: dict[str, Any], schedule: Schedule, now: datetime) -> bool:
    """Whether there were others."""
    key = row["tenant_id"], row["schedule_id"]
    try:
        current, following = next_change(schedule, now)
    except (ArithmeticError, LookupError, ValueError):
        logger.exception("shift_change_failed", tenant_id=key[0], schedule_id=str(key[1]))
        store.note_announcement(connection, key, row["announced"], announce_at=now + _RETRY)
        return False
    emails = sorted(current.emails)
    store.note_announcement(connection, key, emails, announce_at=following.start if following else now + LOOK_AHEAD / 2)
    if emails == row["announced"]:
        return False
    change = Event(
        key[0],
        "oncall.shift_changed",
        {
            "schedule_id": str(key[1]),
            "schedule_name": row["name"],
            "on_call": [PersonOnCall.of(assignment).model_dump(mode="json") for assignment in current.on_call],
            "former_emails": row["announced"],
            "until": format_instant(following.start) if following else None,
        },
    )
    add_events(connection, [change])
    return True
