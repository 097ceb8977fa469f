"""Lives of subscriptions with the clock moved, for their tests."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from pulse import clock
from pulse.database import ingest_session
from pulse.devices.known_devices import BELIEVED_FOR
from pulse.events import outbox
from pulse.subscriptions import administration, reading, renewing, sweep
from pulse.subscriptions.lifecycle import SubscriptionStatus
from pulse.subscriptions.renewing import RenewalGrant, RenewalWish
from pulse.subscriptions.standing import SubscriptionEndedError, forget_standings, require_in_force
from pulse.subscriptions.subscription import Renewal, Subscription
from pulse.subscriptions.sweep import sweep_subscriptions
from pulse.telemetry.ingest import ingest
from tests.builders import NOON, ORIGIN, Fleet, take_all
from tests.integration.subscribing import operator

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
BUDGET = timedelta(hours=1)
TRIAL, ACTIVE, GRACE, SUSPENDED, EXPIRED = SubscriptionStatus


class Time:
    """The clock of a test; the sweep comes when it is called."""

    def __init__(self) -> None:
        self.now = NOON

    def pass_to(self, instant: datetime) -> dict[str, int]:
        """Let time pass, then sweep."""
        self.now = instant
        forget_standings()
        return sweep_subscriptions(instant, budget=BUDGET)


@pytest.fixture(autouse=True)
def time(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> Time:
    """It is noon, nothing is published, and no other test's subscription is due."""
    assert fleet
    time = Time()
    monkeypatch.setattr(outbox, "put_events", take_all)
    monkeypatch.setattr(clock, "now", lambda: time.now)
    forget_standings()
    with ingest_session() as connection:
        connection.execute("UPDATE subscriptions SET due_at = NULL")
    return time


def now_of(fleet: Fleet, subscription: Subscription) -> Subscription:
    return reading.get_subscription(fleet.tenant_id, subscription.subscription_id)


def history(fleet: Fleet, *events: str) -> list[tuple[str, datetime, str | None, str]]:
    """The history, the oldest first."""
    page = reading.list_history(fleet.tenant_id, subscription_id=None, limit=200, after=None)
    return [
        (entry.event, entry.time, entry.from_status, entry.to_status)
        for entry in reversed(page.events)
        if not events or entry.event in events
    ]


def told(fleet: Fleet) -> list[tuple[str, dict[str, Any]]]:
    """What was written to the outbox, which is empty afterwards."""
    with ingest_session() as connection:
        rows = connection.execute(
            """
            WITH taken AS (
                DELETE FROM outbox
                WHERE tenant_id = %s AND event_type ~ '^(subscription|tenant)[.]'
                RETURNING sequence, event_type, payload
            )
            SELECT event_type, payload FROM taken ORDER BY sequence
            """,
            (fleet.tenant_id,),
        ).fetchall()
    return [(row["event_type"], row["payload"]) for row in rows]


def keep_outbox(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (administration, renewing, sweep):
        monkeypatch.setattr(module, "publish_after_commit", lambda: None)


def renew(fleet: Fleet, subscription: Subscription, **grant: Any) -> Renewal:
    renewal = renewing.request_renewal(
        fleet.person(), subscription.subscription_id, RenewalWish(365, None, "please"), origin=ORIGIN
    )
    forget_standings()
    wanted = RenewalGrant(grant.get("term_days"), grant.get("device_limit"), "")
    return renewing.grant_renewal(operator(), renewal.renewal_id, wanted, origin=ORIGIN)


def may_write(fleet: Fleet) -> bool:
    forget_standings()
    try:
        require_in_force(fleet.tenant_id)
    except SubscriptionEndedError:
        return False
    return True


def is_heard(fleet: Fleet, time: Time) -> bool:
    """Whether the fleet's first device is heard; half a minute passes first, for which more is believed."""
    time.now += BELIEVED_FOR
    return ingest([fleet.message(at=time.now)]).accepted == 1
