"""The minute sweep: commands whose time is over are given up, and what is due still is handed over."""

from datetime import datetime, timedelta
from typing import Final

from pulse import clock
from pulse.commands import delivery_store
from pulse.commands.delivery import deliver_due
from pulse.commands.telling import command_event
from pulse.database import ingest_session
from pulse.events.outbox import add_events, publish_due
from pulse.settings import settings

_BATCH: Final = 1000


def sweep_commands(now: datetime, *, budget: timedelta) -> dict[str, int]:
    """Do what is due at `now`, at most for `budget`; return how many commands were given up and published."""
    give_up_at = clock.now() + budget
    expired = published = 0
    while batch := expire_batch(now):
        expired += batch
        if clock.now() >= give_up_at:
            break
    while clock.now() < give_up_at and (delivered := deliver_due(now)).total:
        published += delivered.published
    publish_due()
    return {"expired": expired, "published": published}


def expire_batch(now: datetime) -> int:
    """Give up a batch of commands, each exactly once; return how many."""
    with ingest_session() as connection:
        expired = delivery_store.expire_due(connection, now=now, limit=_BATCH)
        add_events(connection, [command_event(row["tenant_id"], "expired", row) for row in expired])
    return len(expired)


def forget_commands(now: datetime) -> int:
    """Delete commands that were finished longer ago than they are kept; return how many."""
    before = now - timedelta(days=settings().command_retention_days)
    deleted = 0
    while True:
        with ingest_session() as connection:
            batch = delivery_store.delete_finished(connection, before=before, limit=_BATCH)
        deleted += batch
        if batch < _BATCH:
            return deleted
