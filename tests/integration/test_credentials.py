"""Credentials in the registry and at the broker: issued, rotated with an overlap, revoked, expired, warned of."""

from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID

from pulse import clock
from pulse.database import ingest_session, tenant_session
from pulse.devices import broker, credentials
from pulse.devices.credential import MAXIMUM_LIVE, CredentialKind, CredentialStatus
from pulse.devices.credential_endings import (
    carry_out_ends,
    release_credentials_of,
    revoke_all_credentials,
    revoke_credential,
)
from pulse.devices.credential_warnings import warn_of_ends
from pulse.devices.credentials import CredentialRequest, IssuedCredential, issue_credential, rotate_credential
from pulse.devices.registry import load_devices
from pulse.devices.signing import make_key
from pulse.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from pulse.identity.permissions import Role
from tests.builders import NOON, ORIGIN, Fleet, issue_token

DAY = timedelta(days=1)
CERTIFICATE = CredentialRequest(kind=CredentialKind.CERTIFICATE)


class Clock:
    """The platform's time, which a test moves."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moved = Clock()
    monkeypatch.setattr(clock, "now", moved.now)
    return moved


def issue(fleet: Fleet, **changes: Any) -> IssuedCredential:
    wanted = CredentialRequest(**{"kind": CredentialKind.CERTIFICATE, **changes})
    return issue_credential(fleet.person(), "freezer-1", wanted, origin=ORIGIN)


def rotate(fleet: Fleet, credential_id: str, *, overlap: timedelta = DAY) -> IssuedCredential:
    return rotate_credential(
        fleet.person(),
        "freezer-1",
        credential_id,
        signing_request=None,
        overlap=overlap,
        expires_at=None,
        origin=ORIGIN,
    )


def revoke(fleet: Fleet, credential_id: str) -> None:
    revoke_credential(fleet.person(), "freezer-1", credential_id, origin=ORIGIN)


def statuses(fleet: Fleet) -> dict[str, CredentialStatus]:
    """The device's credentials, but for the one that the builder gives it."""
    page = credentials.list_credentials(fleet.person(Role.VIEWER), "freezer-1", limit=50, after=None)
    return {one.credential_id: one.status for one in page.credentials if one.issued_by}


def is_accepted(fleet: Fleet, credential_id: str) -> bool:
    with ingest_session() as connection:
        [device] = load_devices(connection, [(fleet.tenant_id, "freezer-1")]).values()
    return device.credentials[credential_id]


def at_broker(credential_id: str) -> tuple[str, list[str]]:
    """A certificate's status, and the policies that are attached to it."""
    client = boto3.client("iot")
    known = client.describe_certificate(certificateId=credential_id)["certificateDescription"]
    attached = client.list_attached_policies(target=known["certificateArn"])["policies"]
    return known["status"], [policy["policyName"] for policy in attached]


def events(fleet: Fleet, event_type: str) -> list[dict[str, Any]]:
    with ingest_session() as connection:
        rows = connection.execute(
            "SELECT payload FROM outbox WHERE tenant_id = %s AND event_type = %s ORDER BY sequence",
            (fleet.tenant_id, event_type),
        ).fetchall()
    return [row["payload"] for row in rows]


@pytest.fixture
def device(fleet: Fleet) -> Fleet:
    """The fleet with `freezer-1` in it."""
    fleet.add_device()
    return fleet


def test_a_certificate_comes_with_the_key_that_was_made_for_it(device: Fleet) -> None:
    issued = issue(device, label="bench")
    assert issued.certificate_pem is not None
    assert issued.private_key_pem is not None
    certificate = x509.load_pem_x509_certificate(issued.certificate_pem.encode())
    [common_name] = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert common_name.value == "freezer-1"
    assert load_pem_private_key(issued.private_key_pem.encode(), None).public_key() == certificate.public_key()
    assert issued.credential.expires_at == certificate.not_valid_after_utc
    assert at_broker(issued.credential.credential_id) == ("ACTIVE", [f"pulse-{device.tenant_id}"])


def test_a_certificate_from_a_signing_request_comes_without_a_key(device: Fleet) -> None:
    issued = issue(device, signing_request=make_key("freezer-1").signing_request)
    assert issued.private_key_pem is None
    assert is_accepted(device, issued.credential.credential_id)


def test_the_key_and_the_certificate_are_kept_nowhere(device: Fleet) -> None:
    issued = issue(device)
    kept = device.rows(
        "SELECT to_jsonb(device_credentials)::text AS row FROM device_credentials"
        " UNION ALL SELECT to_jsonb(audit_log)::text FROM audit_log"
    )
    text = "".join(row["row"] for row in kept)
    assert "PRIVATE KEY" not in text
    assert (issued.private_key_pem or "").splitlines()[1] not in text


def test_the_thing_carries_tenant_and_device(device: Fleet) -> None:
    issue(device)
    thing = boto3.client("iot").describe_thing(thingName=f"{device.tenant_id}:freezer-1")
    assert thing["attributes"] == {"tenant_id": device.tenant_id, "device_id": "freezer-1"}


@pytest.mark.parametrize(
    "signing_request", ["no request", make_key("another-device").signing_request], ids=["text", "another name"]
)
def test_a_bad_signing_request_is_refused_by_name(device: Fleet, signing_request: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        issue(device, signing_request=signing_request)
    assert [error.field for error in refusal.value.errors] == ["signing_request"]
    assert statuses(device) == {}


def test_a_token_takes_no_signing_request_and_nothing_ends_in_the_past(device: Fleet) -> None:
    for wrong in ({"kind": CredentialKind.TOKEN, "signing_request": "x"}, {"expires_at": NOON.replace(year=2020)}):
        with pytest.raises(InvalidInputError):
            issue(device, **wrong)


def test_a_decommissioned_device_gets_no_credential(device: Fleet) -> None:
    device.rows("UPDATE devices SET lifecycle = 'DECOMMISSIONED' RETURNING device_id")
    with pytest.raises(ConflictError):
        issue(device)


def test_a_device_has_so_many_live_credentials_and_no_more(device: Fleet) -> None:
    tokens = [issue_token(device.tenant_id, "freezer-1") for _ in range(MAXIMUM_LIVE - 1)]
    with pytest.raises(ConflictError):
        issue(device)
    revoke(device, tokens[0].credential.credential_id)
    issue(device)


def test_a_certificate_that_cannot_be_entered_is_not_left_at_the_broker(
    device: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[broker.BrokerCertificate] = []
    create = broker.create_certificate

    def create_and_lose_the_device(tenant_id: str, device_id: str, request: str) -> broker.BrokerCertificate:
        made.append(create(tenant_id, device_id, request))
        device.rows("UPDATE devices SET lifecycle = 'DECOMMISSIONED' RETURNING device_id")
        return made[0]

    monkeypatch.setattr(broker, "create_certificate", create_and_lose_the_device)
    with pytest.raises(ConflictError):
        issue(device)
    client = boto3.client("iot")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_certificate(certificateId=made[0].certificate_id)
    assert client.list_thing_principals(thingName=f"{device.tenant_id}:freezer-1")["principals"] == []
    assert statuses(device) == {}


def test_a_broker_that_is_away_leaves_a_certificate_and_tells_why_none_was_issued(
    device: Fleet, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    certificate = broker.create_certificate(device.tenant_id, "freezer-1", make_key("freezer-1").signing_request)

    def refuse(*_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://iot.example")

    monkeypatch.setattr(broker, "_patiently", refuse)  # what deletes it, once it is let go of
    broker.discard_certificate(device.tenant_id, "freezer-1", certificate.certificate_id, certificate.certificate_arn)
    assert at_broker(certificate.certificate_id) == ("INACTIVE", [])
    assert "certificate_not_discarded" in [record.message for record in caplog.records]


def test_a_viewer_lists_and_does_not_issue(device: Fleet) -> None:
    assert statuses(device) == {}
    with pytest.raises(NotPermittedError):
        issue_credential(device.person(Role.VIEWER), "freezer-1", CERTIFICATE, origin=ORIGIN)


def test_both_of_a_rotation_are_accepted_until_the_overlap_is_over(device: Fleet, time: Clock) -> None:
    former = issue(device, label="left door").credential
    latter = rotate(device, former.credential_id).credential
    assert latter.label == "left door"
    assert statuses(device) == dict.fromkeys((former.credential_id, latter.credential_id), CredentialStatus.ACTIVE)
    time.time += DAY
    assert statuses(device)[former.credential_id] is CredentialStatus.EXPIRED
    assert carry_out_ends(time.time, device=(device.tenant_id, "freezer-1")) == 1
    assert at_broker(former.credential_id) == ("INACTIVE", [])
    assert at_broker(latter.credential_id)[0] == "ACTIVE"
    assert [event["credential_id"] for event in events(device, "credential.expired")] == [former.credential_id]
    assert carry_out_ends(time.time, device=(device.tenant_id, "freezer-1")) == 0


def test_a_rotation_never_lengthens_a_life(device: Fleet, time: Clock) -> None:
    former = issue(device, expires_at=NOON + timedelta(hours=1)).credential
    rotate(device, former.credential_id, overlap=DAY)
    time.time += timedelta(hours=1)
    assert statuses(device)[former.credential_id] is CredentialStatus.EXPIRED


def test_a_token_is_rotated_to_a_token(device: Fleet) -> None:
    former = issue(device, kind=CredentialKind.TOKEN)
    latter = rotate(device, former.credential.credential_id)
    assert latter.token is not None
    assert latter.token != former.token


def test_what_has_ended_or_was_rotated_is_not_rotated(device: Fleet) -> None:
    former = issue(device, kind=CredentialKind.TOKEN).credential.credential_id
    latter = rotate(device, former).credential.credential_id
    revoke(device, latter)
    for credential_id in (former, latter):
        with pytest.raises(ConflictError):
            rotate(device, credential_id)


def test_revoking_ends_a_credential_at_once_everywhere(device: Fleet) -> None:
    credential_id = issue(device).credential.credential_id
    revoke(device, credential_id)
    assert not is_accepted(device, credential_id)
    assert at_broker(credential_id) == ("REVOKED", [])
    revoke(device, credential_id)
    assert [event["credential_id"] for event in events(device, "credential.revoked")] == [credential_id]


def test_a_broker_that_is_away_lets_go_a_minute_later(
    device: Fleet, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    credential_id = issue(device).credential.credential_id

    def refuse(*_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://iot.example")

    with monkeypatch.context() as patched:
        patched.setattr(broker, "release_certificate", refuse)
        revoke(device, credential_id)
    assert not is_accepted(device, credential_id)
    assert at_broker(credential_id)[0] == "ACTIVE"
    assert release_credentials_of(device.tenant_id, "freezer-1") == 0
    time.time += timedelta(minutes=1)
    assert release_credentials_of(device.tenant_id, "freezer-1") == 1
    assert at_broker(credential_id) == ("REVOKED", [])


def test_all_credentials_of_a_device_end_together_or_not_at_all(device: Fleet) -> None:
    device.add_device("freezer-2")
    ids = [issue(device).credential.credential_id, issue(device, kind=CredentialKind.TOKEN).credential.credential_id]

    def revoke_all(*, fail: bool) -> int:
        with tenant_session(device.tenant_id) as connection:
            ended = revoke_all_credentials(
                connection, device.tenant_id, "freezer-1", actor=device.person(), origin=ORIGIN, now=clock.now()
            )
            if fail:
                raise RuntimeError
        return ended

    with pytest.raises(RuntimeError):
        revoke_all(fail=True)
    assert all(is_accepted(device, credential_id) for credential_id in ids)
    assert revoke_all(fail=False) == 3
    assert not any(is_accepted(device, credential_id) for credential_id in ids)
    release_credentials_of(device.tenant_id, "freezer-1")
    assert at_broker(ids[0]) == ("REVOKED", [])
    assert device.rows("SELECT device_id FROM device_credentials WHERE revoked_at IS NULL") == [
        {"device_id": "freezer-2"}
    ]


@pytest.mark.parametrize("days", [30, 7, 1])
def test_the_end_of_a_credential_is_warned_of_once_each_time(device: Fleet, time: Clock, days: int) -> None:
    credential_id = issue(device, kind=CredentialKind.TOKEN, expires_at=NOON + 60 * DAY).credential.credential_id
    time.time = NOON + (60 - days) * DAY
    warn_of_ends(time.time - timedelta(seconds=1))
    before = len(events(device, "credential.expiring"))
    warn_of_ends(time.time)
    warn_of_ends(time.time)
    warnings = events(device, "credential.expiring")[before:]
    assert [(warning["credential_id"], warning["days_left"]) for warning in warnings] == [(credential_id, days)]


def test_a_credential_that_was_rotated_is_not_warned_of(device: Fleet, time: Clock) -> None:
    former = issue(device, kind=CredentialKind.TOKEN, expires_at=NOON + 10 * DAY).credential
    rotate(device, former.credential_id, overlap=30 * DAY)
    time.time += 4 * DAY
    warn_of_ends(time.time)
    assert events(device, "credential.expiring") == []


def test_pages_lead_through_all_credentials_newest_first(device: Fleet) -> None:
    issued = [issue_token(device.tenant_id, "freezer-1").credential.credential_id for _ in range(5)]
    seen: list[str] = []
    after = None
    while True:
        page = credentials.list_credentials(device.person(), "freezer-1", limit=2, after=after)
        seen += [credential.credential_id for credential in page.credentials]
        after = page.next_position
        if after is None:
            break
    assert seen == [*reversed(issued), "certificate-freezer-1"]
    assert page.total == 6


def test_another_tenants_credentials_are_nobodys(device: Fleet) -> None:
    other = Fleet()
    other.add_device()
    credential_id = issue_token(device.tenant_id, "freezer-1").credential.credential_id
    with pytest.raises(NotFoundError):
        revoke(other, credential_id)
    assert is_accepted(device, credential_id)


def test_issuing_rotating_and_revoking_are_audited(device: Fleet) -> None:
    former = issue(device, kind=CredentialKind.TOKEN, label="left door").credential.credential_id
    latter = rotate(device, former).credential.credential_id
    revoke(device, latter)
    entries = device.rows(
        "SELECT action, subject, before, after FROM audit_log WHERE action LIKE 'credential.%' ORDER BY audit_id"
    )
    assert [(entry["action"], entry["subject"]) for entry in entries] == [
        ("credential.issue", "freezer-1"),
        ("credential.rotate", "freezer-1"),
        ("credential.issue", "freezer-1"),
        ("credential.revoke", "freezer-1"),
    ]
    assert entries[0]["after"]["label"] == "left door"
    assert entries[1]["after"]["replaced_by"] == latter


def test_letting_go_of_what_the_broker_does_not_have_is_fine(device: Fleet) -> None:
    unknown = "0" * 64
    device.rows(
        """
        INSERT INTO device_credentials (tenant_id, device_id, credential_id, kind, certificate_arn)
        VALUES (%s, 'freezer-1', %s, 'certificate', %s)
        RETURNING credential_id
        """,
        device.tenant_id,
        unknown,
        f"arn:aws:iot:us-east-1:000000000000:cert/{unknown}",
    )
    revoke(device, unknown)
    assert device.rows("SELECT end_due_at FROM device_credentials WHERE credential_id = %s", unknown) == [
        {"end_due_at": None}
    ]
