"""Keys and signing requests of devices: the common name is the device id, which the tenant's policy relies on."""

from typing import Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from pulse.errors import FieldError, InvalidInputError

_MINIMUM_RSA_BITS: Final = 2048
_CURVES: Final = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_DIGESTS: Final = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


class DeviceKey(NamedTuple):
    """A fresh key and the request to sign it, both as PEM. The key is for the device alone and kept nowhere."""

    private_key_pem: str
    signing_request: str


def make_key(device_id: str) -> DeviceKey:
    """A key on the curve P-256 for a device that can't make its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, device_id)]))
        .sign(key, hashes.SHA256())
    )
    return DeviceKey(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        request.public_bytes(Encoding.PEM).decode(),
    )


def require_signing_request(signing_request: str, device_id: str) -> None:
    """Raise InvalidInputError unless it is a PEM signing request for that device, signed with its own key.

    What keys and digests the broker takes: https://docs.aws.amazon.com/iot/latest/developerguide/x509-client-certs.html
    """
    reason = _refusal(signing_request, device_id)
    if reason is not None:
        message = f"the signing request {reason}"
        raise InvalidInputError(message, errors=(FieldError("signing_request", reason),))


def _refusal(signing_request: str, device_id: str) -> str | None:
    try:
        request = x509.load_pem_x509_csr(signing_request.encode())
    except ValueError:
        return "is not a PEM certificate signing request"
    if not _has_key_that_broker_takes(request):
        return f"must have one of these keys: RSA of at least {_MINIMUM_RSA_BITS} bits, P-256, P-384 or P-521"
    if not _has_digest_that_broker_takes(request):
        return "must be signed with SHA-256, SHA-384 or SHA-512"
    names = [attribute.value for attribute in request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if names != [device_id] or not request.is_signature_valid:
        return f"must be signed with its own key and have the common name {device_id}"
    return None


def _has_key_that_broker_takes(request: x509.CertificateSigningRequest) -> bool:
    try:
        key = request.public_key()
    except (UnsupportedAlgorithm, ValueError):  # a curve or a kind of key that nobody here knows
        return False
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= _MINIMUM_RSA_BITS
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES)


def _has_digest_that_broker_takes(request: x509.CertificateSigningRequest) -> bool:
    try:
        return isinstance(request.signature_hash_algorithm, _DIGESTS)
    except UnsupportedAlgorithm:
        return False
