"""Calendar feeds: secret addresses at which calendar programs read a schedule, each of which can be revoked.

The secret is in the query of the address: paths are logged, queries are not. It is stored as a hash.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from secrets import token_urlsafe
from typing import Any, Final
from uuid import UUID

from pydantic import Field

from pulse import clock
from pulse.database import ingest_session, tenant_session
from pulse.errors import ConflictError, NotFoundError
from pulse.identity.access import refuse_tenant
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.models import Model
from pulse.oncall import feed_store, store
from pulse.oncall.schedule import MAX_SHIFT_HOURS
from pulse.oncall.schedules import known_row
from pulse.oncall.timeline import duties, timeline
from pulse.operations.audit import record_change
from pulse.tenants.status import read_standing

MAX_FEEDS: Final = 50
PATH: Final = "/calendars/oncall"
_PAST: Final = timedelta(days=14)
_FUTURE: Final = timedelta(days=60)


class CalendarFeed(Model):
    """An address at which a schedule is read as a calendar."""

    feed_id: UUID
    schedule_id: UUID
    label: str
    email: str | None = Field(description="Whose shifts are in it; everybody's if null")
    created_by: str
    created_at: datetime
    last_read_at: datetime | None = Field(description="To the hour")


class NewCalendarFeed(CalendarFeed):
    """A feed with its address, which is not shown again."""

    path: str = Field(description="To be put behind the address of this API; who knows it reads the calendar")


class CalendarFeedList(Model):
    """The feeds of a schedule, the newest first."""

    items: list[CalendarFeed]


def list_feeds(tenant_id: str, schedule_id: UUID) -> CalendarFeedList:
    """The feeds of a schedule. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        known_row(connection, tenant_id, schedule_id)
        rows = feed_store.list_feed_rows(connection, tenant_id, schedule_id)
    return CalendarFeedList(items=[CalendarFeed.model_validate(row) for row in rows])


def create_feed(
    actor: Principal, schedule_id: UUID, *, label: str, email: str | None, origin: Origin
) -> NewCalendarFeed:
    """Make an address. Raises NotPermittedError, NotFoundError, ConflictError when there are too many."""
    tenant_id = actor.require(Permission.MANAGE_ONCALL)
    secret = token_urlsafe(32)
    with tenant_session(tenant_id) as connection:
        known_row(connection, tenant_id, schedule_id, lock=True)
        if len(feed_store.list_feed_rows(connection, tenant_id, schedule_id)) >= MAX_FEEDS:
            message = f"this schedule has {MAX_FEEDS} calendar feeds; revoke one that is not used"
            raise ConflictError(message)
        row = feed_store.insert_feed_row(
            connection,
            tenant_id,
            schedule_id,
            {"label": label, "email": email, "secret_hash": _hash(secret), "created_by": actor.name},
        )
        feed = CalendarFeed.model_validate(row)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="oncall_calendar_feed.create",
            subject=str(feed.feed_id),
            after=_shown(feed),
        )
    return NewCalendarFeed(**dict(feed), path=f"{PATH}?token={secret}")


def revoke_feed(actor: Principal, schedule_id: UUID, feed_id: UUID, *, origin: Origin) -> None:
    """End an address at once. Raises NotPermittedError, NotFoundError."""
    tenant_id = actor.require(Permission.MANAGE_ONCALL)
    with tenant_session(tenant_id) as connection:
        row = feed_store.delete_feed_row(connection, tenant_id, schedule_id, feed_id)
        if row is None:
            message = f"this on-call schedule has no calendar feed {feed_id}"
            raise NotFoundError(message)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="oncall_calendar_feed.revoke",
            subject=str(feed_id),
            before=_shown(CalendarFeed.model_validate(row)),
        )


def read_feed(secret: str, *, origin: Origin) -> str:
    """The iCalendar document behind a secret: two weeks back, 60 days ahead.

    Raises NotFoundError for a secret that nobody has (any more), and where the tenant's people are not let in either:
    when it is not in business, or from an address that its allowlist does not have.
    """
    from pulse.oncall.calendar import write_calendar

    now = clock.now()
    with ingest_session() as connection:
        feed = feed_store.find_feed_row(connection, _hash(secret), now=now)
        standing = read_standing(connection, feed["tenant_id"]) if feed else None
    address = ip_address(origin.ip_address) if origin.ip_address else None
    if feed is None or refuse_tenant(standing, address) is not None:
        message = "there is no such calendar; its address may have been revoked"
        raise NotFoundError(message)
    tenant_id, schedule_id = feed["tenant_id"], feed["schedule_id"]
    # What begins before the range is computed from further back, so that no event is cut, and so named, by the range.
    begins, ends = now - _PAST - timedelta(hours=MAX_SHIFT_HOURS), now + _FUTURE
    with tenant_session(tenant_id) as connection:
        row = known_row(connection, tenant_id, schedule_id)
        schedule = store.load_schedules(connection, [row], begins, ends)[tenant_id, schedule_id]
    items = [
        item
        for item in duties(timeline(schedule, begins, ends))
        if item.end > now - _PAST and feed["email"] in (None, item.assignment.responder.email)
    ]
    return write_calendar(schedule_id, row["name"], row["updated_at"], items)


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _shown(feed: CalendarFeed) -> dict[str, Any]:
    return feed.model_dump(mode="json", include={"schedule_id", "label", "email"})
