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
    while expire_deadlines(present):
        pass
    present = NOON + 3 * HOUR
    uptime = get_device_uptime(fleet.tenant_id, "freezer-1", uptime_range=UptimeRange.DAY)
    assert (uptime.up_seconds, uptime.down_seconds, uptime.unknown_seconds) == (3600, 7200, 21 * 3600)
    assert (uptime.uptime_percent, uptime.known_percent) == (33.333, 12.5)

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


def test_messages_that_come_late_charge_the_device_with_no_more_than_the_silence_before_them(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform itself was behind: the device is heard of again, by messages older than its silence."""
    fleet.add_device(expected_interval_seconds=60)
    ingest([fleet.message(at=NOON)])
    late = NOON + timedelta(minutes=10)
    expire_deadlines(late)
    ingest([fleet.message(at=NOON + timedelta(minutes=1))])
    expire_deadlines(late)
    ingest([fleet.message(at=NOON + timedelta(minutes=9, seconds=30))])
    rows = fleet.rows("SELECT time, to_status FROM device_status_log ORDER BY entry_id")
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
    assert rows[-1]["to_status"] == "ONLINE"
    monkeypatch.setattr(clock, "now", lambda: NOON + HOUR)
    before = get_device_uptime(fleet.tenant_id, "freezer-1", uptime_range=UptimeRange.DAY)
    monkeypatch.setattr(clock, "now", lambda: NOON + 2 * HOUR)
    after = get_device_uptime(fleet.tenant_id, "freezer-1", uptime_range=UptimeRange.DAY)
    assert after.down_seconds == before.down_seconds <= 600
    assert after.up_seconds == before.up_seconds + 3600
