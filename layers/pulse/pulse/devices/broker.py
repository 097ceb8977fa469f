"""Things, certificates and policies at AWS IoT.

One policy for each tenant: it writes the tenant out (thing attributes are no policy variable everywhere) and takes
the device id from the certificate's common name.
"""

from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

import boto3
import orjson

from pulse.devices.topics import thing_name

if TYPE_CHECKING:
    from types_boto3_iot import IoTClient
    from types_boto3_sts import STSClient

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
    policy = ensure_tenant_policy(tenant_id)
    answer = client.create_certificate_from_csr(certificateSigningRequest=signing_request, setAsActive=True)
    pem = answer["certificatePem"]
    issued = BrokerCertificate(
        answer["certificateId"],
        answer["certificateArn"],
        pem,
        x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc,
    )
    try:
        client.attach_policy(policyName=policy, target=issued.certificate_arn)
        client.attach_thing_principal(thingName=thing, principal=issued.certificate_arn)
    except BaseException:
        deactivate_certificate(issued.certificate_id)
        raise
    return issued


def ensure_thing(tenant_id: str, device_id: str) -> str:
    """The name of the device's thing, made on first use."""
    thing = thing_name(tenant_id, device_id)
    _iot().create_thing(
        thingName=thing, attributePayload={"attributes": {"tenant_id": tenant_id, "device_id": device_id}}
    )
    return thing


def deactivate_certificate(certificate_id: str) -> None:
    """Nobody connects with the certificate any more: for one that the registry does not know."""
    _iot().update_certificate(certificateId=certificate_id, newStatus="INACTIVE")


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


def ensure_tenant_policy(tenant_id: str) -> str:
    """The name of the tenant's IoT policy, made on first use."""
    client = _iot()
    name = policy_name(tenant_id)
    try:
        client.get_policy(policyName=name)
    except client.exceptions.ResourceNotFoundException:
        region, account = client.meta.region_name, _account_id()
        document = tenant_policy(tenant_id, resources=f"arn:aws:iot:{region}:{account}")
        with suppress(client.exceptions.ResourceAlreadyExistsException):  # somebody else has made it just now
            client.create_policy(policyName=name, policyDocument=orjson.dumps(document).decode())
    return name


def tenant_policy(tenant_id: str, *, resources: str) -> dict[str, object]:
    """What a tenant's devices may do: connect as the thing that the certificate is attached to; use their own topics.

    The tenant is written out (thing attributes are no policy variable everywhere); `resources` is the ARN's start.
    """
    own = f"devices/{tenant_id}/${{iot:Certificate.Subject.CommonName}}"
    shadow = "$aws/things/${iot:Connection.Thing.ThingName}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "iot:Connect",
                "Resource": f"{resources}:client/${{iot:Connection.Thing.ThingName}}",
                "Condition": {"Bool": {"iot:Connection.Thing.IsAttached": "true"}},
            },
            {
                "Effect": "Allow",
                "Action": "iot:Publish",
                "Resource": [
                    f"{resources}:topic/{own}/telemetry",
                    f"{resources}:topic/{own}/heartbeat",
                    f"{resources}:topic/{own}/commands/*",
                    f"{resources}:topic/$aws/rules/*/{own}/*",
                    f"{resources}:topic/{shadow}/*",
                ],
            },
            {
                "Effect": "Allow",
                "Action": "iot:Subscribe",
                "Resource": [f"{resources}:topicfilter/{own}/*", f"{resources}:topicfilter/{shadow}/*"],
            },
            {
                "Effect": "Allow",
                "Action": "iot:Receive",
                "Resource": [f"{resources}:topic/{own}/*", f"{resources}:topic/{shadow}/*"],
            },
        ],
    }


@cache
def _iot() -> "IoTClient":
    return boto3.client("iot")


@cache
def _account_id() -> str:
    client: STSClient = boto3.client("sts")
    return client.get_caller_identity()["Account"]
