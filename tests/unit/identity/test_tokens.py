"""RFC 8725's checklist, an item a test: what is not exactly right is refused for its reason."""

import json
import time
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest

from pulse.identity.errors import (
    AlgorithmRefusedError,
    ClaimMissingError,
    ExpiredTokenError,
    ForeignClientError,
    ForeignIssuerError,
    MalformedTokenError,
    NotYetValidTokenError,
    TokenRefusedError,
    UnknownKeyError,
    WrongSignatureError,
    WrongTokenUseError,
    refusal_for,
)
from pulse.identity.keys import PublicKeys
from pulse.identity.permissions import Role
from pulse.identity.principal import Principal
from pulse.identity.tokens import TokenVerifier, VerifiedToken, bearer_token
from tests.unit.identity.token_builder import (
    CLIENT_ID,
    ISSUER,
    key_set,
    make_claims,
    make_confused_token,
    make_token,
    make_unsigned_token,
    sign,
    sign_bytes,
    tamper,
)

ATTACKER_URL = "https://attacker.example/keys.json"
ATTACKER_KEY = key_set("attacker")["keys"][0]


@pytest.fixture
def verifier() -> TokenVerifier:
    return TokenVerifier(issuer=ISSUER, client_id=CLIENT_ID, keys=PublicKeys(key_set))


def test_a_good_token_speaks_for_its_user(verifier: TokenVerifier) -> None:
    now = int(time.time())
    assert verifier.verify(make_token(iat=now)) == VerifiedToken(
        Principal(
            user_id="6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10",
            email="customer@acme.example",
            roles=frozenset({Role.CUSTOMER}),
            tenant_id="acme",
            session_id="0b6f5a1e-7c43-4d2a-9e58-d41c7f2a9b60",
        ),
        username="6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10",
        is_federated=False,
        issued_at=datetime.fromtimestamp(now, UTC),
    )


def test_without_the_claim_of_roles_the_groups_count(verifier: TokenVerifier) -> None:
    claims = {**make_claims(roles=None), "cognito:groups": ["tenant-admin", "us-east-1_EXAMPLE_Okta"]}
    assert verifier.verify(sign(claims)).principal.roles == {Role.TENANT_ADMIN}


def test_an_operator_has_no_tenant(verifier: TokenVerifier) -> None:
    principal = verifier.verify(make_token(tenant_id=None, roles=["operator"])).principal
    assert principal.tenant_id is None
    assert principal.roles == {Role.OPERATOR}


def test_a_federated_user_has_a_name_of_the_provider(verifier: TokenVerifier) -> None:
    token = verifier.verify(make_token(federated=True, username="Oidc_00u1"))
    assert (token.is_federated, token.username) == (True, "Oidc_00u1")


@pytest.mark.parametrize("claim", ["yes", 1, "true"])
def test_who_is_federated_is_not_guessed(claim: object, verifier: TokenVerifier) -> None:
    assert not verifier.verify(make_token(federated=claim)).is_federated


def test_a_token_of_nobody_in_particular_has_no_roles(verifier: TokenVerifier) -> None:
    claims = make_claims(roles=None, tenant_id=None, email=None)
    del claims["cognito:groups"]
    principal = verifier.verify(sign(claims)).principal
    assert (principal.email, principal.roles, principal.tenant_id) == ("", frozenset(), None)


@pytest.mark.parametrize(
    "header", [{"jku": ATTACKER_URL}, {"x5u": ATTACKER_URL}, {"jwk": ATTACKER_KEY}, {"x5c": ["MII"]}]
)
def test_a_key_that_a_header_names_is_not_looked_at(header: dict[str, Any], verifier: TokenVerifier) -> None:
    assert verifier.verify(sign(make_claims(), **header))
    with pytest.raises(WrongSignatureError):
        verifier.verify(sign(make_claims(), key="attacker", **header))
    with pytest.raises(UnknownKeyError):
        verifier.verify(sign(make_claims(), key="attacker", key_id="attacker", **header))


def test_a_leeway_of_half_a_minute_ends(verifier: TokenVerifier) -> None:
    now = int(time.time())
    with pytest.raises(ExpiredTokenError):
        verifier.verify(make_token(exp=now - 31))
    with pytest.raises(NotYetValidTokenError):
        verifier.verify(make_token(nbf=now + 35))


def test_clocks_may_differ_by_half_a_minute(verifier: TokenVerifier) -> None:
    now = int(time.time())
    assert verifier.verify(make_token(exp=now - 20))
    assert verifier.verify(make_token(nbf=now + 20))


NOW = int(time.time())  # of the collection: the tests run later
FORGED: dict[str, tuple[str, type[TokenRefusedError]]] = {
    "unsigned": (make_unsigned_token(), AlgorithmRefusedError),
    "HMAC with the public key": (make_confused_token(), AlgorithmRefusedError),
    "another RSA algorithm": (sign(make_claims(), algorithm="RS512"), AlgorithmRefusedError),
    "another padding": (sign(make_claims(), algorithm="PS256"), AlgorithmRefusedError),
    "another pool": (make_token(iss=ISSUER.replace("EXAMPLE", "FOREIGN")), ForeignIssuerError),
    "another client": (make_token(client_id="9foreign"), ForeignClientError),
    "identity token": (make_token(token_use="id"), WrongTokenUseError),
    "identity token as the pool makes it": (
        make_token(token_use="id", client_id=None, aud=CLIENT_ID),
        ClaimMissingError,
    ),
    "expired": (make_token(exp=NOW - 60), ExpiredTokenError),
    "not yet valid": (make_token(nbf=NOW + 3600), NotYetValidTokenError),
    "issued in the future": (make_token(iat=NOW + 3600), NotYetValidTokenError),
    "unknown key": (make_token(key="key-2", key_id="key-2"), UnknownKeyError),
    "known key id, other key": (make_token(key="key-2"), WrongSignatureError),
    "tampered": (tamper(make_token(), tenant_id="globex"), WrongSignatureError),
    "a part of the header that must be understood": (
        sign(make_claims(), crit=["exp"], exp=NOW + 3600),
        MalformedTokenError,
    ),
    "compressed": (sign_bytes(zlib.compress(json.dumps(make_claims()).encode()), zip="DEF"), MalformedTokenError),
    "no UTF-8": (
        sign_bytes(json.dumps(make_claims(email="ü@acme.example"), ensure_ascii=False).encode("latin-1")),
        MalformedTokenError,
    ),
    "header is no ASCII": ("ü" + make_token(), MalformedTokenError),
    "unencoded payload": (sign(make_claims(), b64=True, crit=["b64"]), MalformedTokenError),
    "without a session": (make_token(origin_jti=None), ClaimMissingError),
    "session is no text": (make_token(origin_jti=["x"]), ClaimMissingError),
    "subject is no id": (make_token(sub="admin"), ClaimMissingError),
    "without a key id": (make_token(key_id=None), MalformedTokenError),
    "without an expiry": (make_token(exp=None), ClaimMissingError),
    "without a subject": (make_token(sub=None), ClaimMissingError),
    "without a use": (make_token(token_use=None), ClaimMissingError),
    "subject is no text": (tamper(make_token(), sub=7), WrongSignatureError),
    "tenant is no text": (make_token(tenant_id=["acme"]), ClaimMissingError),
    "e-mail is no text": (make_token(email={"address": "x"}), ClaimMissingError),
    "two parts": (".".join(make_token().split(".")[:2]), MalformedTokenError),
    "no token": ("certainly-not-a-token", MalformedTokenError),
    "empty": ("", MalformedTokenError),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_refused_for_its_reason(name: str, verifier: TokenVerifier) -> None:
    token, reason = FORGED[name]
    with pytest.raises(TokenRefusedError) as refusal:
        verifier.verify(token)
    assert type(refusal.value) is reason


@pytest.mark.parametrize("name", FORGED)
def test_a_refusal_travels_by_its_code_and_tells_nothing_of_the_token(name: str) -> None:
    token, reason = FORGED[name]
    refusal = refusal_for(reason.reason)
    assert type(refusal) is reason
    assert not token or token not in refusal.message


def test_an_unknown_refusal_is_a_refused_token() -> None:
    assert type(refusal_for("whatever")) is TokenRefusedError


@pytest.mark.parametrize("header", ["Bearer abc", "bearer abc", "  Bearer   abc  "])
def test_the_scheme_is_bearer_in_any_case(header: str) -> None:
    assert bearer_token(header) == "abc"


@pytest.mark.parametrize("header", ["", "abc", "Basic abc", "Bearer", "Bearer ", "Bearer äbc"])
def test_another_scheme_is_refused(header: str) -> None:
    with pytest.raises(MalformedTokenError):
        bearer_token(header)
