"""Things, certificates and policies at AWS IoT: one policy for each tenant."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import boto3
import orjson
from botocore.exceptions import BotoCoreError, ClientError

from pulse.devices.tenant_policy import tenant_policy
from pulse.devices.topics import thing_name
from pulse.logging import logger
from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_iot import IoTClient
    from types_boto3_sts import STSClient

_MOST_POLICY_VERSIONS: Final = 5
_PAUSES_SECONDS: Final = (0.5, 2)

type EndedStatus = Literal["INACTIVE", "REVOKED"]


class BrokerCertificate(NamedTuple):
    """`certificate_id` is what the broker reports as a message's principal."""

    certificate_id: str
    certificate_arn: str
    certificate_pem: str
    not_after: datetime


def create_certificate(tenant_id: str, device_id: str, signing_request: str) -> BrokerCertificate:
    """A live certificate of the device's thing, bound to the device's own topics."""
    from cryptography import x509

    client = _iot()
    thing = ensure_thing(tenant_id, device_id)
    ensure_tenant_policy(tenant_id)
    answer = client.create_certificate_from_csr(certificateSigningRequest=signing_request, setAsActive=True)
    pem = answer["certificatePem"]
    issued = BrokerCertificate(
        answer["certificateId"],
        answer["certificateArn"],
        pem,
        x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc,
    )
    try:
        client.attach_policy(policyName=policy_name(tenant_id), target=issued.certificate_arn)
        client.attach_thing_principal(thingName=thing, principal=issued.certificate_arn)
    except BaseException:
        discard_certificate(tenant_id, device_id, issued.certificate_id, issued.certificate_arn)
        raise
    return issued


def ensure_thing(tenant_id: str, device_id: str) -> str:
    """The name of the device's thing, made on first use."""
    thing = thing_name(tenant_id, device_id)
    _iot().create_thing(
        thingName=thing, attributePayload={"attributes": {"tenant_id": tenant_id, "device_id": device_id}}
    )
    return thing


def discard_certificate(tenant_id: str, device_id: str, certificate_id: str, certificate_arn: str) -> None:
    """Take away a certificate that the registry does not know: one that was issued in vain, and that nobody has.

    What went wrong before is what the caller is to see: a broker that does not answer is logged, and the certificate
    stays behind, inactive if it was reached at all.
    """
    try:
        _delete_certificate(tenant_id, device_id, certificate_id, certificate_arn)
    except (BotoCoreError, ClientError):
        logger.exception("certificate_not_discarded", tenant_id=tenant_id, certificate_id=certificate_id)


def delete_thing(tenant_id: str, device_id: str) -> None:
    """Delete a device's thing with whatever certificates it has. Repeating it is fine, and so is a thing never made.

    Raises what AWS IoT answers when it could not be done; then some of it may be gone.
    """
    client = _iot()
    thing = thing_name(tenant_id, device_id)
    with suppress(client.exceptions.ResourceNotFoundException):
        pages = client.get_paginator("list_thing_principals").paginate(thingName=thing)
        for certificate_arn in [arn for page in pages for arn in page["principals"]]:
            _delete_certificate(tenant_id, device_id, certificate_arn.rpartition("/")[2], certificate_arn)
    # AWS IoT answers "still attached" for a moment after the last certificate was taken off.
    _patiently(lambda: client.delete_thing(thingName=thing), client.exceptions.InvalidRequestException)


def _delete_certificate(tenant_id: str, device_id: str, certificate_id: str, certificate_arn: str) -> None:
    client = _iot()
    client.update_certificate(certificateId=certificate_id, newStatus="INACTIVE")
    with suppress(client.exceptions.ResourceNotFoundException):
        client.detach_policy(policyName=policy_name(tenant_id), target=certificate_arn)
    with suppress(client.exceptions.ResourceNotFoundException):
        client.detach_thing_principal(thingName=thing_name(tenant_id, device_id), principal=certificate_arn)
    # AWS IoT needs a moment to let go of the thing, and refuses until then.
    _patiently(
        lambda: client.delete_certificate(certificateId=certificate_id), client.exceptions.DeleteConflictException
    )


def _patiently(call: Callable[[], object], not_yet: type[ClientError]) -> None:
    for pause in _PAUSES_SECONDS:
        try:
            call()
        except not_yet:
            time.sleep(pause)
        else:
            return
    call()


def release_certificate(tenant_id: str, certificate_id: str, certificate_arn: str, status: EndedStatus) -> None:
    """Let go of a certificate: what is sent over an open session is refused at once, and nobody connects with it.

    Without its policy a session may do nothing; with its new status the broker closes it. Repeating it is fine, and so
    is a certificate that the broker does not have.
    """
    client = _iot()
    with suppress(client.exceptions.ResourceNotFoundException):
        client.detach_policy(policyName=policy_name(tenant_id), target=certificate_arn)
    with suppress(client.exceptions.ResourceNotFoundException):
        client.update_certificate(certificateId=certificate_id, newStatus=status)


def policy_name(tenant_id: str) -> str:
    """The name of a tenant's policy."""
    return f"pulse-{tenant_id}"


def ensure_tenant_policy(tenant_id: str) -> bool:
    """Make the tenant's IoT policy, or a new version of one that says something else; return whether it was needed."""
    client = _iot()
    name = policy_name(tenant_id)
    wanted = tenant_policy(
        tenant_id,
        resources=f"arn:aws:iot:{client.meta.region_name}:{_account_id()}",
        rule_prefix=settings().topic_rule_prefix,
    )
    document = orjson.dumps(wanted).decode()
    try:
        known = client.get_policy(policyName=name)
    except client.exceptions.ResourceNotFoundException:
        with suppress(client.exceptions.ResourceAlreadyExistsException):  # somebody else has made it just now
            client.create_policy(policyName=name, policyDocument=document)
        return True
    if orjson.loads(known["policyDocument"]) == wanted:
        return False
    _make_room_for_version(name)
    client.create_policy_version(policyName=name, policyDocument=document, setAsDefault=True)
    return True


def _make_room_for_version(policy: str) -> None:
    """AWS IoT keeps five versions of a policy: the oldest goes that does not hold."""
    client = _iot()
    versions = client.list_policy_versions(policyName=policy)["policyVersions"]
    if len(versions) >= _MOST_POLICY_VERSIONS:
        oldest = min(
            (version for version in versions if not version["isDefaultVersion"]),
            key=lambda version: int(version["versionId"]),
        )
        client.delete_policy_version(policyName=policy, policyVersionId=oldest["versionId"])


@cache
def _iot() -> "IoTClient":
    return boto3.client("iot")


@cache
def _account_id() -> str:
    client: STSClient = boto3.client("sts")
    return client.get_caller_identity()["Account"]
