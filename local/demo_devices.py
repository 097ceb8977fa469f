"""The demo devices' keys and certificates. A device whose certificate anybody has lost gets a new one."""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from local import aws
from local.instance import Instance
from pulse.devices.credential import CredentialKind
from pulse.devices.credentials import CredentialRequest, Issuer, issue
from pulse.devices.topics import thing_name


@dataclass(frozen=True, slots=True)
class DeviceFiles:
    """Where a device's certificate and key are."""

    certificate_file: Path
    key_file: Path


def device_files(instance: Instance, tenant_id: str, device_id: str) -> DeviceFiles:
    """The places for a device's files; they may be empty yet."""
    folder = instance.certificates_folder / tenant_id
    return DeviceFiles(folder / f"{device_id}.pem", folder / f"{device_id}.key")


def ensure_certificate(
    instance: Instance, tenant_id: str, device_id: str, registered: frozenset[str], *, actor: str
) -> bool:
    """Have a certificate that the device, the broker and the registry agree on; True when it had to be issued.

    `registered` are the device's live credentials in the registry.
    """
    files = device_files(instance, tenant_id, device_id)
    if _is_good(instance, tenant_id, device_id, files, registered):
        return False
    issued = issue(tenant_id, device_id, CredentialRequest(kind=CredentialKind.CERTIFICATE), Issuer(actor))
    assert issued.private_key_pem is not None
    assert issued.certificate_pem is not None
    files.key_file.parent.mkdir(parents=True, exist_ok=True)
    files.key_file.touch(mode=0o600)
    files.key_file.write_text(issued.private_key_pem)
    files.certificate_file.write_text(issued.certificate_pem)
    return True


def _is_good(
    instance: Instance, tenant_id: str, device_id: str, files: DeviceFiles, registered: frozenset[str]
) -> bool:
    if not files.key_file.exists() or not files.certificate_file.exists():
        return False
    certificate = x509.load_pem_x509_certificate(files.certificate_file.read_bytes())
    credential_id = certificate.fingerprint(hashes.SHA256()).hex()  # what AWS IoT calls certificateId
    if credential_id not in registered:
        return False
    client = aws.iot(instance)
    try:
        known = client.describe_certificate(certificateId=credential_id)["certificateDescription"]
        principals = client.list_thing_principals(thingName=thing_name(tenant_id, device_id))["principals"]
    except client.exceptions.ResourceNotFoundException:
        return False
    return known["status"] == "ACTIVE" and known["certificateArn"] in principals
