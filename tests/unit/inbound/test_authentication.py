"""Who sends to an inbound source, and how it shows that."""

import base64
import hmac
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from standardwebhooks import Webhook

from pulse.inbound.authentication import Authentication, HookRefusedError, HookRequest, verify, without_secret
from pulse.inbound.source import new_secret
from pulse.models import WHEN_USED
from tests.builders import NOON

ADAPTER: TypeAdapter[Any] = TypeAdapter(Authentication, config=WHEN_USED)
BODY = b'{"routing_key": "the-secret", "a": 1}'
SECRETS = ("the-secret", "the-former-one")
STAMP = str(int(NOON.timestamp()))


def request(body: bytes = BODY, **headers: str) -> HookRequest:
    return HookRequest({name.replace("_", "-"): value for name, value in headers.items()}, {}, body)


def signature(text: bytes, algorithm: str = "sha256", secret: str = SECRETS[0]) -> bytes:
    return hmac.digest(secret.encode(), text, algorithm)


def shown(kind: dict[str, Any], sent: HookRequest, *secrets: str) -> str | None:
    return verify(ADAPTER.validate_python(kind), secrets or SECRETS, sent, NOON)


@pytest.mark.parametrize(
    "value",
    [
        "the-secret",
        "Bearer the-secret",
        "bearer the-former-one",
        f"Basic {base64.b64encode(b'anybody:the-secret').decode()}",
    ],
)
def test_a_secret_in_the_header_is_taken_as_senders_write_it(value: str) -> None:
    assert shown({"kind": "header"}, request(authorization=value)) is None


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer the-secre", "Bearer the-secret-", "Basic the-secret", "Basic é"]
)
def test_anything_else_in_the_header_is_refused(value: str) -> None:
    with pytest.raises(HookRefusedError, match="Authorization"):
        shown({"kind": "header"}, request(authorization=value))


def test_a_secret_in_the_query_or_the_body_is_taken_and_not_kept() -> None:
    by_query = ADAPTER.validate_python({"kind": "query"})
    sent = request()._replace(query={"key": "the-secret", "event": "up"})
    assert verify(by_query, SECRETS, sent, NOON) is None
    assert without_secret(by_query, SECRETS, sent).query == {"event": "up"}
    by_body = ADAPTER.validate_python({"kind": "body"})
    assert verify(by_body, SECRETS, request(), NOON) is None
    assert without_secret(by_body, SECRETS, request()).body == b'{"routing_key": "***", "a": 1}'


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"routing_key": 7}', b'{"routing_key": "other"}'])
def test_a_body_without_the_secret_is_refused(body: bytes) -> None:
    with pytest.raises(HookRefusedError, match="routing_key"):
        shown({"kind": "body"}, request(body))


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
@pytest.mark.parametrize("secret", SECRETS)
def test_a_signature_of_the_body_is_taken_in_every_way_of_writing(algorithm: str, secret: str) -> None:
    digest = signature(BODY, algorithm, secret)
    way = {"kind": "hmac", "algorithm": algorithm}
    assert shown(way, request(x_signature_sha256=digest.hex().upper())) is None
    assert shown({**way, "prefix": "sha="}, request(x_signature_sha256=f"sha={digest.hex()}")) is None
    encoded = base64.b64encode(digest).decode()
    assert shown({**way, "encoding": "base64", "header": "X-Mac"}, request(x_mac=encoded)) is None


TIMED = {"kind": "hmac", "timestamp_header": "X-Time"}


def test_a_signature_with_a_time_can_be_recognised() -> None:
    mark = signature(f"{STAMP}:".encode() + BODY).hex()
    assert shown(TIMED, request(x_time=STAMP, x_signature_sha256=mark)) == mark


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_signature_of_another_time_is_refused(seconds: int) -> None:
    stamp = str(int((NOON + timedelta(seconds=seconds)).timestamp()))
    mark = signature(f"{stamp}:".encode() + BODY).hex()
    with pytest.raises(HookRefusedError, match="five minutes"):
        shown(TIMED, request(x_time=stamp, x_signature_sha256=mark))


def test_a_time_that_was_not_signed_is_refused() -> None:
    mark = signature(f"{int(STAMP) - 60}:".encode() + BODY).hex()
    with pytest.raises(HookRefusedError, match="not the body's"):
        shown(TIMED, request(x_time=STAMP, x_signature_sha256=mark))


def test_what_the_standards_own_library_signs_is_taken() -> None:
    secret = new_secret(ADAPTER.validate_python({"kind": "standard_webhooks"}))
    signed = Webhook(secret).sign("msg_1", NOON, BODY.decode())
    headers = {"webhook_id": "msg_1", "webhook_timestamp": STAMP, "webhook_signature": f"v1,nonsense {signed}"}
    assert shown({"kind": "standard_webhooks"}, request(BODY, **headers), secret) == "msg_1"
    for changed in (
        {"webhook_id": "msg_2"},
        {"webhook_signature": "v1,"},
        {"webhook_timestamp": "1"},
        {"webhook_id": ""},
    ):
        with pytest.raises(HookRefusedError):
            shown({"kind": "standard_webhooks"}, request(BODY, **{**headers, **changed}), secret)


WAYS = st.sampled_from(
    [{"kind": "header"}, {"kind": "query"}, {"kind": "body"}, {"kind": "hmac"}, TIMED, {"kind": "standard_webhooks"}]
)
NAMES = st.sampled_from(
    ["authorization", "x-signature-sha256", "x-time", "webhook-id", "webhook-timestamp", "webhook-signature"]
)


@given(way=WAYS, headers=st.dictionaries(NAMES, st.text(max_size=20)), query=st.text(max_size=9), body=st.binary())
def test_nobody_gets_in_without_the_secret(
    way: dict[str, Any], headers: dict[str, str], query: str, body: bytes
) -> None:
    with pytest.raises(HookRefusedError):
        shown(way, HookRequest(headers, {"key": query}, body), "whsec_0123456789abcdefghijklmn")
