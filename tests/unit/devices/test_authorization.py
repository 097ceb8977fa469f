"""Whose message is accepted."""

import pytest

from pulse.devices.authorization import refuse_sender, refuse_site
from pulse.devices.topics import client_principal
from pulse.quarantine.reasons import Reason
from pulse.subscriptions.lifecycle import SubscriptionStatus
from tests.builders import make_registered_device


def test_a_live_credential_of_the_very_device_is_accepted() -> None:
    assert refuse_sender(make_registered_device(), "certificate-1") is None


@pytest.mark.parametrize(
    ("credentials", "client_id", "reason"),
    [
        ({"certificate-1": True}, "acme:freezer-1", None),
        ({"certificate-1": False, "certificate-2": True}, "acme:freezer-1", None),
        ({"certificate-1": False}, "acme:freezer-1", Reason.CREDENTIAL_REVOKED),
        ({}, "acme:freezer-1", Reason.CREDENTIAL_MISMATCH),
        ({"certificate-1": True}, "acme:freezer-2", Reason.CREDENTIAL_MISMATCH),
        ({"certificate-1": True}, "other:freezer-1", Reason.CREDENTIAL_MISMATCH),
    ],
)
def test_a_client_id_stands_for_the_devices_certificates(
    credentials: dict[str, bool], client_id: str, reason: Reason | None
) -> None:
    refusal = refuse_sender(make_registered_device(credentials=credentials), client_principal(client_id))
    assert (refusal.reason if refusal else None) is reason


@pytest.mark.parametrize(
    ("device", "principal", "reason"),
    [
        (None, "certificate-1", Reason.UNREGISTERED_DEVICE),
        ({}, "certificate-of-another", Reason.CREDENTIAL_MISMATCH),
        ({}, "", Reason.CREDENTIAL_MISMATCH),
        ({"credentials": {}}, "certificate-1", Reason.CREDENTIAL_MISMATCH),
        ({"credentials": {"certificate-1": False}}, "certificate-1", Reason.CREDENTIAL_REVOKED),
        ({"lifecycle": "SUSPENDED"}, "certificate-1", Reason.DEVICE_SUSPENDED),
        ({"lifecycle": "DECOMMISSIONED"}, "certificate-1", Reason.DEVICE_DECOMMISSIONED),
        ({"tenant_is_active": False}, "certificate-1", Reason.SUBSCRIPTION_SUSPENDED),
        ({"ended_as": SubscriptionStatus.SUSPENDED}, "certificate-1", Reason.SUBSCRIPTION_SUSPENDED),
        ({"ended_as": SubscriptionStatus.EXPIRED}, "certificate-1", Reason.SUBSCRIPTION_EXPIRED),
    ],
)
def test_any_other_sender_is_refused_for_its_reason(
    device: dict[str, object] | None, principal: str, reason: Reason
) -> None:
    refusal = refuse_sender(None if device is None else make_registered_device(**device), principal)
    assert refusal is not None
    assert refusal.reason is reason


def test_a_sender_with_a_foreign_credential_learns_nothing_of_the_device() -> None:
    refusal = refuse_sender(make_registered_device(lifecycle="SUSPENDED"), "certificate-of-another")
    assert refusal is not None
    assert refusal.reason is Reason.CREDENTIAL_MISMATCH


@pytest.mark.parametrize("site_id", [None, "hall-a"])
def test_a_message_names_its_devices_site_or_none(site_id: str | None) -> None:
    assert refuse_site(make_registered_device(), site_id) is None


def test_a_message_that_names_another_site_is_refused() -> None:
    refusal = refuse_site(make_registered_device(), "hall-b")
    assert refusal is not None
    assert refusal.reason is Reason.SITE_MISMATCH
    assert "hall-a" in refusal.detail
