"""Whose message is accepted."""

import pytest

from pulse.devices.authorization import refuse
from pulse.quarantine.reasons import Reason
from pulse.telemetry.message import Message, MessageType, Reading
from tests.builders import NOON, make_registered_device


def make_message(**changes: object) -> Message:
    message = Message(
        tenant_id="acme",
        device_id="freezer-1",
        msg_type=MessageType.TELEMETRY,
        principal="certificate-1",
        received_at=NOON,
        site_id=None,
        seq=None,
        readings=(Reading(NOON, "m", {"temp_c": 4.5}),),
    )
    return message._replace(**changes)  # type: ignore[arg-type]


def test_a_live_credential_of_the_very_device_is_accepted() -> None:
    assert refuse(make_message(), make_registered_device()) is None
    assert refuse(make_message(site_id="hall-a"), make_registered_device()) is None


@pytest.mark.parametrize(
    ("message", "device", "reason"),
    [
        ({}, None, Reason.UNREGISTERED_DEVICE),
        ({"principal": "certificate-of-another"}, {}, Reason.CREDENTIAL_MISMATCH),
        ({"principal": ""}, {}, Reason.CREDENTIAL_MISMATCH),
        ({}, {"credentials": {}}, Reason.CREDENTIAL_MISMATCH),
        ({}, {"credentials": {"certificate-1": False}}, Reason.CREDENTIAL_REVOKED),
        ({}, {"lifecycle": "SUSPENDED"}, Reason.DEVICE_SUSPENDED),
        ({}, {"lifecycle": "DECOMMISSIONED"}, Reason.DEVICE_DECOMMISSIONED),
        ({"site_id": "hall-b"}, {}, Reason.SITE_MISMATCH),
    ],
)
def test_anything_else_is_refused_for_its_reason(
    message: dict[str, object], device: dict[str, object] | None, reason: Reason
) -> None:
    registered = None if device is None else make_registered_device(**device)
    refusal = refuse(make_message(**message), registered)
    assert refusal is not None
    assert refusal.reason is reason


def test_a_sender_with_a_foreign_credential_learns_nothing_of_the_device() -> None:
    device = make_registered_device(lifecycle="SUSPENDED")
    refusal = refuse(make_message(principal="certificate-of-another"), device)
    assert refusal is not None
    assert refusal.reason is Reason.CREDENTIAL_MISMATCH
