"""Activation codes: one device, once, within an hour."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from pulse import clock, transient
from pulse.database import tenant_session
from pulse.devices.activation import ActivationCode, activate, create_activation_code
from pulse.devices.activation_code import LIFETIME
from pulse.devices.credential_endings import revoke_all_credentials
from pulse.devices.signing import make_key
from pulse.errors import ConflictError, InvalidInputError, NotAuthenticatedError, NotFoundError, NotPermittedError
from pulse.identity.permissions import Role
from pulse.limits.definitions import forget_limits
from tests.builders import ACTOR, ORIGIN, Fleet
from tests.dynamodb import InMemoryDynamoDB
from tests.routes import apis
from tests.unit.api.gateway import make_context, make_event


@pytest.fixture
def device(fleet: Fleet) -> Fleet:
    """The fleet with `freezer-1` in it."""
    fleet.add_device()
    return fleet


def make_code(fleet: Fleet) -> ActivationCode:
    return create_activation_code(fleet.person(), "freezer-1", origin=ORIGIN)


def refusal_of(code: str) -> str:
    with pytest.raises(NotAuthenticatedError) as refusal:
        activate(code, signing_request=None, origin=ORIGIN)
    return refusal.value.message


def issued_certificates(fleet: Fleet) -> int:
    return len(fleet.rows("SELECT FROM device_credentials WHERE issued_by <> ''"))


def test_a_code_gives_the_device_its_certificate(device: Fleet) -> None:
    activated = activate(
        make_code(device).code.lower(), signing_request=make_key("freezer-1").signing_request, origin=ORIGIN
    )
    assert (activated.tenant_id, activated.device_id) == (device.tenant_id, "freezer-1")
    assert activated.issued.certificate_pem is not None
    assert activated.issued.private_key_pem is None
    assert activated.issued.credential.issued_by == "activation code"


def test_wrong_used_and_old_codes_are_refused_in_the_same_words(device: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    used = make_code(device)
    activate(used.code, signing_request=None, origin=ORIGIN)
    old = make_code(device)
    monkeypatch.setattr(clock, "now", lambda: old.expires_at)
    assert len({refusal_of(code) for code in (used.code, old.code, "0000-0000-0000", "nonsense")}) == 1


def test_a_code_is_good_for_an_hour(device: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    code = make_code(device)
    just_in_time: datetime = code.expires_at - timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: just_in_time)
    assert activate(code.code, signing_request=None, origin=ORIGIN).device_id == "freezer-1"
    assert timedelta(minutes=60) == LIFETIME


def test_a_bad_signing_request_does_not_use_a_code_up(device: Fleet) -> None:
    code = make_code(device)
    with pytest.raises(InvalidInputError):
        activate(code.code, signing_request=make_key("another-device").signing_request, origin=ORIGIN)
    activate(code.code, signing_request=None, origin=ORIGIN)
    assert issued_certificates(device) == 1


def test_a_new_code_takes_the_place_of_the_one_before(device: Fleet) -> None:
    former, latter = make_code(device), make_code(device)
    refusal_of(former.code)
    activate(latter.code, signing_request=None, origin=ORIGIN)


def test_a_code_ends_with_the_credentials_of_its_device(device: Fleet) -> None:
    code = make_code(device)
    with tenant_session(device.tenant_id) as connection:
        revoke_all_credentials(connection, device.tenant_id, "freezer-1", actor=ACTOR, now=clock.now())
    refusal_of(code.code)


def test_the_code_is_kept_nowhere(device: Fleet) -> None:
    code = make_code(device)
    kept = device.rows(
        "SELECT to_jsonb(activation_codes)::text AS row FROM activation_codes"
        " UNION ALL SELECT to_jsonb(audit_log)::text FROM audit_log"
    )
    text = "".join(row["row"] for row in kept)
    assert code.code not in text
    assert code.code.replace("-", "") not in text


def test_only_who_manages_credentials_of_an_existing_device_makes_codes(device: Fleet) -> None:
    with pytest.raises(NotPermittedError):
        create_activation_code(device.person(Role.VIEWER), "freezer-1", origin=ORIGIN)
    with pytest.raises(NotFoundError):
        create_activation_code(Fleet().person(), "freezer-1", origin=ORIGIN)
    device.rows("UPDATE devices SET lifecycle = 'DECOMMISSIONED' RETURNING device_id")
    with pytest.raises(ConflictError):
        make_code(device)


def test_an_address_may_try_so_often_and_no_more(scenario_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert scenario_database
    table = InMemoryDynamoDB()
    monkeypatch.setattr(transient, "_client", lambda: table)
    forget_limits()
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)  # no window ends meanwhile
    api = apis()["provision_api"]

    def attempt(address: str) -> dict[str, Any]:
        event = make_event("POST", "/provision/v1/activate", body={"code": "0000-0000-0000"})
        event["requestContext"]["http"]["sourceIp"] = address
        return api.handle(event, make_context())

    assert [attempt("203.0.113.9")["statusCode"] for _ in range(20)] == [401] * 20
    refused = attempt("203.0.113.9")
    assert refused["statusCode"] == 429
    assert int(refused["headers"]["Retry-After"]) > 0
    assert attempt("203.0.113.10")["statusCode"] == 401
