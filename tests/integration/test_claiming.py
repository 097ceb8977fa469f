"""Claim tokens: so many devices of a kind, never one that is in service, until the token ends."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import boto3
import httpx
import pytest

from pulse import clock
from pulse.database import operator_session
from pulse.devices import broker, claiming, credentials
from pulse.devices.activation import Activated
from pulse.devices.claim_token import NewClaimToken
from pulse.devices.claim_tokens import (
    ClaimTokenRequest,
    create_claim_token,
    get_claim_token,
    list_claim_tokens,
    revoke_claim_token,
)
from pulse.devices.claiming import Claim, claim_device
from pulse.devices.credential import CredentialKind
from pulse.devices.registration import (
    DeviceRegistration,
    DeviceType,
    Site,
    register_device,
    save_device_type,
    save_site,
)
from pulse.devices.signing import make_key
from pulse.errors import ConflictError, InvalidInputError, NotAuthenticatedError, NotPermittedError
from pulse.identity.permissions import Role
from tests.builders import ACTOR, ORIGIN, Fleet
from tests.integration.tenancy import Tenancy

LINE = ClaimTokenRequest("Line 1", "hall-a", "freezer", "fz-", 2, timedelta(days=30))


def make_token(fleet: Fleet, **changes: Any) -> NewClaimToken:
    return create_claim_token(fleet.person(), LINE._replace(**changes), origin=ORIGIN)


def claim(
    token: str, device_id: str = "fz-1", *, kind: CredentialKind = CredentialKind.TOKEN, **more: Any
) -> Activated:
    fields = {"signing_request": None, **more}
    return claim_device(token, Claim(device_id=device_id), kind=kind, origin=ORIGIN, **fields)


def claimed(fleet: Fleet, token: NewClaimToken) -> int:
    return get_claim_token(fleet.person(), token.claim_id).claimed


def test_a_token_registers_a_device_as_it_says_and_gives_it_a_credential(fleet: Fleet) -> None:
    made = make_token(fleet)
    said = Claim(device_id="fz-1", serial_number="A-1", firmware_version="2.0")
    key = make_key("fz-1")
    came = claim_device(
        made.token, said, kind=CredentialKind.CERTIFICATE, signing_request=key.signing_request, origin=ORIGIN
    )
    assert (came.tenant_id, came.device_id, came.issued.private_key_pem) == (fleet.tenant_id, "fz-1", None)
    [device] = fleet.rows("SELECT site_id, device_type, serial_number, lifecycle FROM devices")
    assert device == {"site_id": "hall-a", "device_type": "freezer", "serial_number": "A-1", "lifecycle": "ACTIVE"}
    assert [row["taken"] for row in fleet.rows("SELECT taken FROM device_seats")] == [1]
    actions = [row["action"] for row in fleet.rows("SELECT action FROM audit_log WHERE actor = 'claim token Line 1'")]
    assert sorted(actions) == ["credential.issue", "device.create"]
    assert claimed(fleet, made) == 1


def test_a_token_is_good_for_so_many_devices(fleet: Fleet) -> None:
    made = make_token(fleet)
    claim(made.token, "fz-1")
    claim(made.token, "fz-2")
    with pytest.raises(NotAuthenticatedError):
        claim(made.token, "fz-3")
    assert get_claim_token(fleet.person(), made.claim_id).status == "USED_UP"
    assert len(fleet.rows("SELECT FROM devices")) == 2


def test_a_token_that_is_not_good_is_refused_in_the_same_words(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    revoked, used_up, old = make_token(fleet), make_token(fleet, max_devices=1), make_token(fleet)
    revoke_claim_token(fleet.person(), revoked.claim_id, origin=ORIGIN)
    claim(used_up.token)
    other_secret = f"{old.token[:-1]}{'0' if old.token[-1] != '0' else '1'}"
    last_moment = old.expires_at
    refusals = set()
    for token in (revoked.token, used_up.token, other_secret, "nonsense", old.token):
        if token == old.token:
            monkeypatch.setattr(clock, "now", lambda: last_moment)
        with pytest.raises(NotAuthenticatedError) as refusal:
            claim(token, "fz-9")
        refusals.add(refusal.value.message)
    assert len(refusals) == 1
    assert [row["device_id"] for row in fleet.rows("SELECT device_id FROM devices")] == ["fz-1"]


def test_a_suspended_tenants_token_is_not_good(fleet: Fleet) -> None:
    made = make_token(fleet)
    with operator_session(user_id=ACTOR, reason="test", write=True) as connection:
        connection.execute("UPDATE tenants SET status = 'SUSPENDED' WHERE tenant_id = %s", (fleet.tenant_id,))
    with pytest.raises(NotAuthenticatedError):
        claim(made.token)


def test_ids_begin_as_the_token_says(fleet: Fleet) -> None:
    made = make_token(fleet)
    with pytest.raises(InvalidInputError, match="must begin with fz-"):
        claim(made.token, "pump-1")
    assert claimed(fleet, made) == 0


def test_a_device_that_has_had_a_credential_is_never_claimed(fleet: Fleet) -> None:
    made = make_token(fleet)
    claim(made.token)
    fleet.rows("UPDATE device_credentials SET revoked_at = now() RETURNING credential_id")
    with pytest.raises(ConflictError, match="activation code"):
        claim(made.token)
    assert claimed(fleet, made) == 1


def test_a_device_that_was_registered_before_comes_in_as_it_is(fleet: Fleet) -> None:
    device = DeviceRegistration(device_id="fz-1", site_id="hall-a", device_type="freezer", name="Dairy room")
    register_device(fleet.tenant_id, device, actor=ACTOR)
    claim(make_token(fleet).token)
    assert fleet.rows("SELECT name FROM devices") == [{"name": "Dairy room"}]


@pytest.mark.parametrize(("field", "other"), [("site_id", "hall-b"), ("device_type", "sensor")])
def test_a_device_that_was_registered_as_another_is_not_the_tokens(fleet: Fleet, field: str, other: str) -> None:
    made = make_token(fleet)
    save_site(fleet.tenant_id, Site(site_id="hall-b", name="Hall B"), actor=ACTOR)
    save_device_type(fleet.tenant_id, DeviceType(device_type="sensor"), actor=ACTOR)
    fields = {"device_id": "fz-1", "site_id": "hall-a", "device_type": "freezer", field: other}
    register_device(fleet.tenant_id, DeviceRegistration.model_validate(fields), actor=ACTOR)
    with pytest.raises(ConflictError) as refusal:
        claim(made.token)
    assert [error.field for error in refusal.value.errors] == [field]
    assert fleet.rows("SELECT FROM device_credentials") == []
    assert claimed(fleet, made) == 0


ANOTHERS_REQUEST = make_key("another-device").signing_request


@pytest.mark.parametrize(
    ("kind", "signing_request"),
    [
        (CredentialKind.CERTIFICATE, ANOTHERS_REQUEST),
        (CredentialKind.CERTIFICATE, "no request"),
        (CredentialKind.TOKEN, ANOTHERS_REQUEST),
    ],
)
def test_a_bad_request_registers_nothing_uses_up_nothing_and_may_be_repeated(
    fleet: Fleet, kind: CredentialKind, signing_request: str
) -> None:
    made = make_token(fleet, max_devices=1)
    for device_id in ("fz-1", "fz-2"):
        with pytest.raises(InvalidInputError):
            claim(made.token, device_id, kind=kind, signing_request=signing_request)
    _expect_nobody(fleet, made)
    claim(made.token)
    assert claimed(fleet, made) == 1


def test_a_broker_that_is_away_leaves_no_device_and_may_be_tried_again(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_token(fleet, max_devices=1)

    def be_away(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(broker, "create_certificate", be_away)
        with pytest.raises(ConnectionError):
            claim(made.token, kind=CredentialKind.CERTIFICATE)
    _expect_nobody(fleet, made)
    claim(made.token, kind=CredentialKind.CERTIFICATE)
    assert claimed(fleet, made) == 1


def test_who_loses_the_last_place_is_not_registered(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_token(fleet, max_devices=1)
    create_certificate: Callable[..., Any] = broker.create_certificate
    issued: list[broker.BrokerCertificate] = []

    def create_after_the_other(*arguments: Any) -> Any:
        claim(made.token, "fz-first")
        issued.append(create_certificate(*arguments))
        return issued[-1]

    monkeypatch.setattr(broker, "create_certificate", create_after_the_other)
    with pytest.raises(NotAuthenticatedError):
        claim(made.token, "fz-second", kind=CredentialKind.CERTIFICATE)
    assert fleet.rows("SELECT device_id FROM devices") == [{"device_id": "fz-first"}]
    assert fleet.rows("SELECT taken FROM device_seats") == [{"taken": 1}]
    assert claimed(fleet, made) == 1
    client = boto3.client("iot")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_certificate(certificateId=issued[0].certificate_id)


def _expect_nobody(fleet: Fleet, token: NewClaimToken) -> None:
    assert fleet.rows("SELECT FROM devices") == []
    assert fleet.rows("SELECT FROM device_seats WHERE taken > 0") == []
    assert fleet.rows("SELECT FROM audit_log WHERE action = 'device.create'") == []
    assert claimed(fleet, token) == 0


def test_without_a_free_seat_nobody_comes_in(fleet: Fleet) -> None:
    fleet.rows("INSERT INTO device_seats (tenant_id, device_limit) VALUES (%s, 0) RETURNING taken", fleet.tenant_id)
    made = make_token(fleet)
    with pytest.raises(ConflictError):
        claim(made.token)
    assert fleet.rows("SELECT FROM devices") == []
    assert claimed(fleet, made) == 0


def test_of_two_that_claim_to_be_the_same_device_at_once_one_comes_in(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_token(fleet)
    issue: Callable[..., Any] = credentials.issue

    def issue_after_the_other(*arguments: Any, **more: Any) -> Any:
        monkeypatch.setattr(claiming, "issue", issue)
        claim(made.token)
        return issue(*arguments, **more)

    monkeypatch.setattr(claiming, "issue", issue_after_the_other)
    with pytest.raises(ConflictError):
        claim(made.token)
    assert len(fleet.rows("SELECT FROM device_credentials WHERE revoked_at IS NULL")) == 1
    assert claimed(fleet, made) == 1


def test_tokens_are_listed_newest_first_over_all_pages_and_without_their_secret(fleet: Fleet) -> None:
    made = [make_token(fleet, label=f"Line {number}") for number in range(3)]
    first = list_claim_tokens(fleet.person(), limit=2, after=None)
    second = list_claim_tokens(fleet.person(), limit=2, after=first.next_position)
    listed = [*first.tokens, *second.tokens]
    assert [token.claim_id for token in listed] == [token.claim_id for token in reversed(made)]
    assert second.next_position is None
    kept = fleet.rows(
        "SELECT to_jsonb(claim_tokens)::text AS row FROM claim_tokens UNION ALL SELECT to_jsonb(audit_log)::text"
        " FROM audit_log"
    )
    assert not [row for row in kept if made[0].token.rpartition("_")[2] in row["row"]]


def test_only_who_manages_credentials_makes_and_revokes_tokens(fleet: Fleet) -> None:
    made = make_token(fleet)
    viewer = fleet.person(Role.VIEWER)
    with pytest.raises(NotPermittedError):
        create_claim_token(viewer, LINE, origin=ORIGIN)
    with pytest.raises(NotPermittedError):
        revoke_claim_token(viewer, made.claim_id, origin=ORIGIN)
    assert get_claim_token(viewer, made.claim_id).label == "Line 1"
    with pytest.raises(InvalidInputError, match="there is no site"):
        make_token(fleet, site_id="nowhere")


def test_deployed_many_devices_at_once_are_no_more_than_the_token_says(tenancy: Tenancy) -> None:
    line = {"label": "Line 2", "site_id": "hall-a", "device_type": "freezer", "max_devices": 3}
    made = tenancy.admin.api.post("/customer/claim-tokens", json=line).json()
    url = f"{tenancy.stack.description['api_url']}/provision/v1/claim"

    def come(number: int) -> int:
        body = {"token": made["token"], "device_id": f"many-{number}", "kind": "token"}
        return httpx.post(url, json=body, timeout=90).status_code

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(come, range(6)))
    assert sorted(answers) == [201] * 3 + [401] * 3
    path = f"/customer/claim-tokens/{made['claim_id']}"
    assert tenancy.admin.api.get(path).json()["status"] == "USED_UP"
    came = [tenancy.admin.api.get(f"/customer/devices/many-{number}").status_code for number in range(6)]
    assert sorted(came) == [200] * 3 + [404] * 3
