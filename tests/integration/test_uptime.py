"""Uptime from what really happened to devices."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from pulse import clock
from pulse.alerts.sweeping.sweep import expire_deadlines
from pulse.devices import lifecycle
from pulse.devices.uptime import UptimeRange
from pulse.devices.uptime_queries import get_device_uptime, get_fleet_uptime
from pulse.identity.permissions import Role
from pulse.identity.principal import Origin, Principal
from pulse.telemetry.ingest import ingest
from tests.builders import ACTOR, NOON, Fleet

HOUR = timedelta(hours=1)


def test_a_device_is_up_while_it_is_heard_of(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    present: datetime = NOON
    monkeypatch.setattr(clock, "now", lambda: present)
    fleet.add_device("freezer-1", expected_interval_seconds=1800)
    fleet.add_device("silent")
    admin = Principal(str(uuid4()), ACTOR, frozenset({Role.TENANT_ADMIN}), fleet.tenant_id)

    ingest([fleet.message(at=NOON)])
    present = NOON + 2 * HOUR
    assert expire_deadlines(present) > 0
    present = NOON + 3 * HOUR
    uptime = get_device_uptime(fleet.tenant_id, "freezer-1", uptime_range=UptimeRange.DAY)
    assert (uptime.up_seconds, uptime.down_seconds, uptime.unknown_seconds) == (3600, 7200, 21 * 3600)
    assert uptime.uptime_percent == pytest.approx(33.333)

    lifecycle.suspend_device(admin, "freezer-1", reason="repair", if_match=None, origin=Origin(None, "test"))
    present = NOON + 4 * HOUR
    uptime = get_device_uptime(fleet.tenant_id, "freezer-1", uptime_range=UptimeRange.DAY)
    assert (uptime.up_seconds, uptime.down_seconds, uptime.unknown_seconds) == (3600, 7200, 21 * 3600)
    assert get_device_uptime(fleet.tenant_id, "silent", uptime_range=UptimeRange.WEEK).uptime_percent is None

    whole = get_fleet_uptime(fleet.tenant_id, uptime_range=UptimeRange.DAY)
    assert (whole.devices, whole.up_seconds, whole.down_seconds) == (2, 3600, 7200)
    assert whole.unknown_seconds == 2 * 24 * 3600 - 3 * 3600


def test_what_was_true_before_the_range_began_counts(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    fleet.add_device(expected_interval_seconds=2592000)
    monkeypatch.setattr(clock, "now", lambda: NOON)
    ingest([fleet.message(at=NOON)])
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=10))
    for uptime_range, up in ((UptimeRange.DAY, 1), (UptimeRange.WEEK, 7), (UptimeRange.MONTH, 10)):
        uptime = get_device_uptime(fleet.tenant_id, "freezer-1", uptime_range=uptime_range)
        assert (uptime.up_seconds, uptime.down_seconds) == (up * 24 * 3600, 0)
    assert get_fleet_uptime(fleet.tenant_id, uptime_range=UptimeRange.WEEK).uptime_percent == 100
