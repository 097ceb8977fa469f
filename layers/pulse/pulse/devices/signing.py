"""Keys and signing requests of devices: the common name is the device id, which the tenant's policy relies on."""

from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from pulse.errors import FieldError, InvalidInputError


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
    """Raise InvalidInputError unless it is a PEM signing request for that device, signed with its own key."""
    try:
        request = x509.load_pem_x509_csr(signing_request.encode())
    except ValueError:
        reason = "is not a PEM certificate signing request"
    else:
        names = [attribute.value for attribute in request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        if names == [device_id] and request.is_signature_valid:
            return
        reason = f"must be signed with its own key and have the common name {device_id}"
    message = f"the signing request {reason}"
    raise InvalidInputError(message, errors=(FieldError("signing_request", reason),))
