"""Each hour: the steps and notices that are due. Whoever looks twice, or with others, changes nothing twice."""

from datetime import datetime, timedelta
from typing import Final

from pulse import clock
from pulse.database import Connection, ingest_session
from pulse.events.outbox import Event, add_events, publish_after_commit
from pulse.operations.audit import record_change
from pulse.subscriptions import announcements, store
from pulse.subscriptions.history import Happening, append_events
from pulse.subscriptions.lifecycle import Passage, pass_time
from pulse.subscriptions.subscription import Record

_BATCH: Final = 500
_ACTOR: Final = "system"


def sweep_subscriptions(now: datetime, *, budget: timedelta) -> dict[str, int]:
    """Do what is due, at most for `budget`; return how many steps were taken and notices given."""
    give_up_at = clock.now() + budget
    counts = {"steps": 0, "notices": 0}
    while clock.now() < give_up_at:
        with ingest_session() as connection:
            due = store.lock_due(connection, now, limit=_BATCH)
            passages = [(record, pass_time(record.life, now)) for record in due]
            if passages:
                _write(connection, passages)
        for _, passage in passages:
            counts["steps"] += len(passage.steps)
            counts["notices"] += passage.notice is not None
        if len(due) < _BATCH:
            break
    if any(counts.values()):
        publish_after_commit()
    return counts


def _write(connection: Connection, passages: list[tuple[Record, Passage]]) -> None:
    store.update_lives(connection, [(record, passage.life) for record, passage in passages])
    append_events(connection, [happening for entry in passages for happening in _happenings(*entry)])
    add_events(connection, [event for entry in passages for event in _events(*entry)])
    with connection.pipeline():
        for record, passage in passages:
            if passage.steps:
                record_change(
                    connection,
                    actor=_ACTOR,
                    tenant_id=record.tenant_id,
                    action="subscription.pass_time",
                    subject=str(record.subscription_id),
                    before={"status": record.life.status.value},
                    after={"status": passage.life.status.value},
                )


def _happenings(record: Record, passage: Passage) -> list[Happening]:
    found = [
        Happening(
            record.tenant_id,
            record.subscription_id,
            step.at,
            "status_changed",
            _ACTOR,
            step.from_status,
            step.to_status,
            {},
        )
        for step in passage.steps
    ]
    if passage.notice is not None:
        status = passage.life.status
        at = passage.life.term_end - timedelta(days=passage.notice)
        detail = {"days": passage.notice}
        found.append(Happening(record.tenant_id, record.subscription_id, at, "noticed", _ACTOR, status, status, detail))
    return found


def _events(record: Record, passage: Passage) -> list[Event]:
    told = [
        announcements.subscription_status_changed(
            record, from_status=step.from_status.value, to_status=step.to_status.value, by=_ACTOR
        )
        for step in passage.steps
    ]
    if passage.notice is not None:
        told.append(announcements.subscription_ending(record, days=passage.notice))
    return told
