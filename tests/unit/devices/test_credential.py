"""When to warn of a credential's end, and what is a signing request of a device."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from pulse.devices.credential import next_warning
from pulse.devices.signing import make_key, require_signing_request
from pulse.errors import InvalidInputError
from tests.builders import NOON

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("left", "warned_before"),
    [
        (60 * DAY, 30),
        (30 * DAY + timedelta(seconds=1), 30),
        (30 * DAY, 7),
        (7 * DAY, 1),
        (DAY + timedelta(seconds=1), 1),
        (DAY, None),
        (timedelta(), None),
        (-DAY, None),
    ],
)
def test_the_next_warning_is_the_first_that_lies_ahead(left: timedelta, warned_before: int | None) -> None:
    expected = None if warned_before is None else NOON + left - warned_before * DAY
    assert next_warning(NOON + left, NOON) == expected


def test_what_has_no_end_is_not_warned_of() -> None:
    assert next_warning(None, NOON) is None


@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=400)))
def test_following_the_warnings_gives_three_at_most_and_ends(left: timedelta) -> None:
    expires_at = NOON + left
    now, warnings = NOON, []
    while (due := next_warning(expires_at, now)) is not None:
        assert now < due < expires_at
        warnings.append(expires_at - due)
        now = due
    assert warnings == [ahead for ahead in (30 * DAY, 7 * DAY, DAY) if ahead < left]


def test_a_key_that_is_made_here_comes_with_a_request_for_its_device() -> None:
    require_signing_request(make_key("freezer-1").signing_request, "freezer-1")


@pytest.mark.parametrize("device_id", ["freezer-2", "Freezer-1", "freezer-1 ", ""])
def test_a_request_for_another_device_is_refused(device_id: str) -> None:
    with pytest.raises(InvalidInputError, match="common name"):
        require_signing_request(make_key("freezer-1").signing_request, device_id)


def test_a_request_that_was_tampered_with_is_refused() -> None:
    lines = make_key("freezer-1").signing_request.splitlines()
    other = make_key("freezer-1").signing_request.splitlines()
    with pytest.raises(InvalidInputError):
        require_signing_request("\n".join([*lines[:-2], other[-2], lines[-1]]), "freezer-1")


# As `openssl req -new` makes them: P-256 with -sha1, and the curve secp224k1, which the library can't make.
SIGNED_WITH_SHA1 = """-----BEGIN CERTIFICATE REQUEST-----
MIHNMHYCAQAwFDESMBAGA1UEAwwJZnJlZXplci0xMFkwEwYHKoZIzj0CAQYIKoZI
zj0DAQcDQgAEI6WrAwn0TzWo0MX33i0PTX9Syrp4Q6dYm76D9pZ+cRdeu1dceTlm
sJ5EWZa/5DdlXGjhCez2bdmu9jiSUYpgLKAAMAkGByqGSM49BAEDSAAwRQIgfCUQ
cQSvCBftRpzaoA4Z8ym087oqiHWz1g/1u4NLKjgCIQCVqhULX2gD85uVUz4z3cJf
Xf0Cur5/q/ej7Au3IJEpMg==
-----END CERTIFICATE REQUEST-----
"""
ON_A_CURVE_UNKNOWN_HERE = """-----BEGIN CERTIFICATE REQUEST-----
MIG8MGsCAQAwFDESMBAGA1UEAwwJZnJlZXplci0xME4wEAYHKoZIzj0CAQYFK4EE
ACADOgAE3l5bE7Bpgsv08drz48vB+bO1jDM0H23Fcb88QRyB4C8y/6S4fKm61h80
ESrQED6t9FycjWmK9cugADAKBggqhkjOPQQDAgNBADA+Ah0AlO/vf814sWH7CCcW
iaW5/vXeB7lKDaYfsmTl2QIdAKuHXmT2Wkje2M69775Fns+1CxamDy01ZXVFdlM=
-----END CERTIFICATE REQUEST-----
"""
WEAK = 1024  # bits


def request_with(key: CertificateIssuerPrivateKeyTypes, digest: hashes.SHA256 | hashes.SHA224 | None) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "freezer-1")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, digest)
    return request.public_bytes(Encoding.PEM).decode()


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()], ids=lambda curve: str(curve.name))
def test_the_curves_of_the_broker_are_taken(curve: ec.EllipticCurve) -> None:
    require_signing_request(request_with(ec.generate_private_key(curve), hashes.SHA256()), "freezer-1")


def test_an_rsa_key_of_2048_bits_is_taken() -> None:
    key = rsa.generate_private_key(65537, 2048)
    require_signing_request(request_with(key, hashes.SHA256()), "freezer-1")


@pytest.mark.parametrize(
    "request_of_unfit_key",
    [
        pytest.param(lambda: request_with(rsa.generate_private_key(65537, WEAK), hashes.SHA256()), id="rsa:1024"),
        pytest.param(lambda: request_with(ed25519.Ed25519PrivateKey.generate(), None), id="ed25519"),
        pytest.param(lambda: request_with(ec.generate_private_key(ec.SECP256K1()), hashes.SHA256()), id="secp256k1"),
        pytest.param(lambda: request_with(ec.generate_private_key(ec.SECP224R1()), hashes.SHA256()), id="secp224r1"),
        pytest.param(lambda: ON_A_CURVE_UNKNOWN_HERE, id="secp224k1"),
    ],
)
def test_a_key_that_the_broker_does_not_take_is_refused_naming_those_it_takes(
    request_of_unfit_key: Callable[[], str],
) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        require_signing_request(request_of_unfit_key(), "freezer-1")
    (error,) = refusal.value.errors
    assert error.field == "signing_request"
    assert error.reason == "must have one of these keys: RSA of at least 2048 bits, P-256, P-384 or P-521"


@pytest.mark.parametrize("signed_with", ["sha1", "sha224"])
def test_a_request_is_told_that_its_digest_is_the_problem(signed_with: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    request = SIGNED_WITH_SHA1 if signed_with == "sha1" else request_with(key, hashes.SHA224())
    with pytest.raises(InvalidInputError, match="must be signed with SHA-256, SHA-384 or SHA-512"):
        require_signing_request(request, "freezer-1")
