"""Each hour: the steps and notices that are due. Whoever looks twice, or with others, changes nothing twice."""

from datetime import datetime, timedelta
from typing import Final

from pulse import clock
from pulse.database import Connection, ingest_session
from pulse.events.outbox import Event, add_events, publish_after_commit
from pulse.operations.audit import record_change
from pulse.subscriptions import announcements, expiry_store, store
from pulse.subscriptions.history import Happening, append_events
from pulse.subscriptions.lifecycle import DELETION_NOTICE_DAYS, Passage, pass_time
from pulse.subscriptions.subscription import Record
from pulse.tenants.status import PLATFORM, deleted_tenants

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
                passages = _write(connection, passages, now)
        for _, passage in passages:
            counts["steps"] += len(passage.steps)
            counts["notices"] += passage.notice is not None
        if len(due) < _BATCH:
            break
    if any(counts.values()):
        publish_after_commit()
    return counts


def _write(
    connection: Connection, passages: list[tuple[Record, Passage]], now: datetime
) -> list[tuple[Record, Passage]]:
    """Write what time has brought; return it as it was told."""
    store.update_lives(connection, [(record, passage.life) for record, passage in passages])
    passages = _without_pointless(connection, passages, now)
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
    return passages


def _without_pointless(
    connection: Connection, passages: list[tuple[Record, Passage]], now: datetime
) -> list[tuple[Record, Passage]]:
    """Of notices before a deletion those remain that are of the subscription with which the tenant goes."""
    last_ones = [(record, passage) for record, passage in passages if _is_before_deletion(passage)]
    if not last_ones:
        return passages
    nearest = min(DELETION_NOTICE_DAYS)
    expiry_store.note_last_notices(
        connection, [record for record, passage in last_ones if passage.notice == nearest], now
    )
    tenant_ids = {record.tenant_id for record, _ in last_ones}
    last = expiry_store.read_last_to_expire(
        connection, tenant_ids - deleted_tenants(connection, tenant_ids) - {PLATFORM}
    )
    return [
        (record, passage._replace(notice=None))
        if _is_before_deletion(passage) and last.get(record.tenant_id) != record.subscription_id
        else (record, passage)
        for record, passage in passages
    ]


def _is_before_deletion(passage: Passage) -> bool:
    return passage.notice is not None and not passage.life.status.is_within_term


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
    end = passage.life.told_end
    if passage.notice is not None and end is not None:
        status = passage.life.status
        event = "deletion_noticed" if _is_before_deletion(passage) else "noticed"
        at = end - timedelta(days=passage.notice)
        detail = {"days": passage.notice}
        found.append(Happening(record.tenant_id, record.subscription_id, at, event, _ACTOR, status, status, detail))
    return found


def _events(record: Record, passage: Passage) -> list[Event]:
    told = [
        announcements.subscription_status_changed(
            record, from_status=step.from_status.value, to_status=step.to_status.value, by=_ACTOR
        )
        for step in passage.steps
    ]
    kept_until = passage.life.kept_until
    if passage.notice is not None and kept_until is not None:
        told.append(announcements.tenant_deletion_near(record, days=passage.notice, kept_until=kept_until))
    elif passage.notice is not None:
        told.append(announcements.subscription_ending(record, days=passage.notice))
    return told
