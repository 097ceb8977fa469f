"""Each built-in addon reads what its system sends."""

from datetime import datetime
from typing import Any

import pytest

from pulse.inbound.built_in import built_in_addons
from pulse.inbound.clear_events import Reconciliation
from pulse.inbound.methods import ApiPoll, PolledMethod, SnmpPoll, SshPoll, Webhook, question_names
from pulse.inbound.reading import Clear, Raise, read
from tests.unit.inbound.samples import RECEIVED_AT, Sample, load_samples

SAMPLES = load_samples()


def events_of(sample: Sample) -> tuple[Raise | Clear, ...]:
    return read(built_in_addons()[sample.addon_id], sample.delivery).events


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=lambda sample: f"{sample.addon_id}: {sample.name}")
def test_a_sample_says_what_it_is_meant_to(sample: Sample) -> None:
    events = events_of(sample)
    assert len(events) == len(sample.says)
    for event, expected in zip(events, sample.says, strict=True):
        if isinstance(event, Raise):
            assert_raises(event, expected)
        else:
            assert_clears(event, expected, sample.addon_id)


def assert_raises(event: Raise, expected: dict[str, Any]) -> None:
    said = {"raises": event.type, "severity": event.severity, "summary": event.summary, "device": event.device.key}
    assert said == {name: expected[name] for name in said}
    at = expected.get("occurred_at")
    if at is not None:
        assert event.occurred_at == datetime.fromisoformat(at)
    assert event.occurred_at <= RECEIVED_AT


def assert_clears(event: Clear, expected: dict[str, Any], addon_id: str) -> None:
    assert event.type == expected["clears"]
    if expected["raised"] is not None:
        name, position = expected["raised"]
        raised = events_of(SAMPLES[addon_id, name])[position]
        assert isinstance(raised, Raise)
        assert event.fingerprint == raised.fingerprint


@pytest.mark.parametrize("addon_id", built_in_addons())
def test_every_addon_has_samples_that_raise_and_clear(addon_id: str) -> None:
    kinds = {type(event) for sample in SAMPLES.values() if sample.addon_id == addon_id for event in events_of(sample)}
    # What is polled is over when a complete poll does not say it any more; no sample does.
    is_polled = isinstance(built_in_addons()[addon_id].method, PolledMethod)
    assert kinds == ({Raise} if is_polled else {Raise, Clear})


POLLED = [key for key, addon in built_in_addons().items() if isinstance(addon.method, PolledMethod)]


@pytest.mark.parametrize("addon_id", POLLED)
def test_what_is_polled_is_reconciled_and_every_answer_has_a_sample_that_raises_nothing(addon_id: str) -> None:
    addon = built_in_addons()[addon_id]
    assert any(isinstance(event, Reconciliation) for event in addon.clear_events)
    assert isinstance(addon.method, SnmpPoll | ApiPoll | SshPoll)
    quiet = {
        sample.delivery.polled["question"]
        for sample in SAMPLES.values()
        if sample.addon_id == addon_id and not sample.says
    }
    assert quiet == set(question_names(addon.method))


@pytest.mark.parametrize("addon_id", built_in_addons())
def test_every_type_of_alert_is_opened_by_a_sample_unless_it_is_disabled(addon_id: str) -> None:
    manifest = built_in_addons()[addon_id]
    opened = {
        event.type
        for sample in SAMPLES.values()
        if sample.addon_id == addon_id
        for event in events_of(sample)
        if isinstance(event, Raise)
    }
    assert opened == {definition.type for definition in manifest.alerts if definition.enabled}


def test_two_interfaces_of_one_switch_are_two_alerts() -> None:
    first, second = (events_of(SAMPLES["snmp_generic", name])[0] for name in ("link 7 down", "link 8 down, SNMPv1"))
    assert first.device == second.device
    assert first.fingerprint != second.fingerprint


def test_an_addon_offers_the_way_in_which_its_setup_has_the_secret_shown() -> None:
    offered = {
        addon_id: addon.method.authentication.kind
        for addon_id, addon in built_in_addons().items()
        if isinstance(addon.method, Webhook) and addon.method.authentication is not None
    }
    assert offered == {"pagerduty_events": "body", "prtg": "query", "aws_cloudwatch": "query"}
    for addon_id, kind in offered.items():
        method = built_in_addons()[addon_id].method
        assert isinstance(method, Webhook)
        assert kind in method.setup
