"""A simulated device: what it sends and when."""

import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.broker.transport import Message
from edge.simulator.assembly import FleetOptions, assemble_device, first_of_each_tenant
from edge.simulator.device import SimulatedDevice
from edge.simulator.profiles import INCIDENT_THRESHOLDS, PROFILES
from edge.simulator.stack import StackDevice

START = datetime(2026, 1, 1, tzinfo=UTC)


def make_stack_device(*, tenant_id: str = "acme", device_id: str = "d1", profile: str = "pump") -> StackDevice:
    return StackDevice(
        tenant_id=tenant_id,
        device_id=device_id,
        client_id=f"{tenant_id}:{device_id}",
        certificate_file=Path("unused"),
        key_file=Path("unused"),
        site_id="plant-1",
        profile=profile,
    )


def make_device(
    *,
    seed: int = 1,
    profile: str = "pump",
    interval_seconds: float = 5,
    incident_every_seconds: float = 120,
    has_early_incident: bool = False,
) -> SimulatedDevice:
    options = FleetOptions(
        seed=seed,
        interval_seconds=interval_seconds,
        incident_every_seconds=incident_every_seconds,
        silence_every_seconds=0,
        buffer_limit=10,
    )
    return assemble_device(
        make_stack_device(profile=profile),
        options,
        started_at=START,
        boot_id="boot",
        has_early_incident=has_early_incident,
    )


def run(device: SimulatedDevice, *, seconds: float) -> list[Message]:
    messages: list[Message] = []
    now = START
    while now <= START + timedelta(seconds=seconds):
        messages += device.messages_due(now)
        now = device.next_due_at
    return messages


def content(message: Message) -> dict[str, Any]:
    decoded = json.loads(message.payload)
    assert isinstance(decoded, dict)
    return decoded


def kind(message: Message) -> str:
    return message.topic.rsplit("/", 1)[1]


def test_a_message_carries_the_envelope() -> None:
    message = next(message for message in run(make_device(), seconds=20) if kind(message) == "telemetry")
    envelope = content(message)
    assert message.topic == "devices/acme/d1/telemetry"
    assert envelope.keys() == {"version", "ts", "seq", "message_id", "site_id", "metrics"}
    assert envelope["version"] == "1"
    assert envelope["site_id"] == "plant-1"
    assert envelope["message_id"] == message.message_id
    assert envelope["ts"].endswith("Z")
    assert START < datetime.fromisoformat(envelope["ts"]) < START + timedelta(seconds=20)


def test_a_heartbeat_has_no_metrics() -> None:
    heartbeats = [message for message in run(make_device(), seconds=95) if kind(message) == "heartbeat"]
    assert len(heartbeats) in {3, 4}
    assert all("metrics" not in content(message) for message in heartbeats)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(), interval_seconds=st.floats(0.5, 60))
def test_seq_rises_and_ids_are_unique(seed: int, interval_seconds: float) -> None:
    messages = run(make_device(seed=seed, interval_seconds=interval_seconds), seconds=200)
    assert [content(message)["seq"] for message in messages] == list(range(1, len(messages) + 1))
    assert len({message.message_id for message in messages}) == len(messages)


def test_readings_keep_their_interval_with_a_little_jitter() -> None:
    messages = [message for message in run(make_device(), seconds=600) if kind(message) == "telemetry"]
    times = [datetime.fromisoformat(content(message)["ts"]) for message in messages]
    gaps = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(times)]
    assert all(4.49 <= gap <= 5.51 for gap in gaps)
    assert len(set(gaps)) > 50
    assert sum(gaps) / len(gaps) == pytest.approx(5, abs=0.1)


def test_a_seed_repeats_the_messages() -> None:
    assert run(make_device(seed=9), seconds=300) == run(make_device(seed=9), seconds=300)
    assert run(make_device(seed=9), seconds=300) != run(make_device(seed=10), seconds=300)


def test_after_a_silence_there_is_one_message_of_each_kind_and_no_burst() -> None:
    device = make_device()
    before = run(device, seconds=60)
    after = device.messages_due(START + timedelta(seconds=400))
    assert [kind(message) for message in after] == ["telemetry", "heartbeat"]
    assert content(after[0])["seq"] == content(before[-1])["seq"] + 1
    assert device.next_due_at > START + timedelta(seconds=404)


def test_a_clock_that_is_set_back_does_no_harm() -> None:
    device = make_device(profile="power_meter", incident_every_seconds=0)
    at = START + timedelta(seconds=60)
    energy = content(device.messages_due(at)[0])["metrics"]["energy_kwh"]
    # Nothing is due for a while, as for a real device; then it goes on as before.
    assert device.messages_due(at - timedelta(seconds=30)) == []
    later = device.messages_due(at + timedelta(seconds=10))
    assert content(later[0])["metrics"]["energy_kwh"] >= energy


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("seed", range(5))
def test_the_early_device_breaches_within_25_seconds_and_recovers_within_a_minute(profile: str, seed: int) -> None:
    threshold = INCIDENT_THRESHOLDS[profile]
    breached = {}
    for message in run(make_device(seed=seed, profile=profile, has_early_incident=True), seconds=60):
        if kind(message) == "telemetry":
            after = datetime.fromisoformat(content(message)["ts"]) - START
            breached[after.total_seconds()] = threshold.is_crossed(content(message)["metrics"][threshold.metric])
    first = min(after for after, crossed in breached.items() if crossed)
    assert first < 25
    assert any(after > first and not crossed for after, crossed in breached.items())


def test_without_incidents_nothing_is_breached() -> None:
    threshold = INCIDENT_THRESHOLDS["pump"]
    messages = run(make_device(incident_every_seconds=0), seconds=3600)
    values = [content(m)["metrics"][threshold.metric] for m in messages if kind(m) == "telemetry"]
    assert not any(map(threshold.is_crossed, values))


def test_the_early_devices_are_one_of_each_tenant() -> None:
    devices = [
        make_stack_device(tenant_id=tenant_id, device_id=device_id)
        for tenant_id, device_id in (("acme", "a1"), ("acme", "a2"), ("globex", "g1"))
    ]
    assert [device.device_id for device in first_of_each_tenant(devices)] == ["a1", "g1"]
