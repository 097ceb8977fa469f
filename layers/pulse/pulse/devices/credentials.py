"""Device certificates: issued by AWS IoT from a signing request, noted in the registry, bound to the device's topics.

A thing is named `{tenant_id}:{device_id}` and so is the MQTT client. The certificate's common name is the device id,
which the tenant's policy puts into every topic that it allows.
"""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import boto3
import orjson
from cryptography import x509
from cryptography.x509.oid import NameOID

from pulse.database import tenant_session
from pulse.errors import FieldError, InvalidInputError
from pulse.operations.audit import record_change

if TYPE_CHECKING:
    from types_boto3_iot import IoTClient
    from types_boto3_sts import STSClient


class IssuedCertificate(NamedTuple):
    """`credential_id` is the certificate's id at the broker, which reports it as a message's principal."""

    credential_id: str
    certificate_arn: str
    certificate_pem: str


def thing_name(tenant_id: str, device_id: str) -> str:
    """Name of the device's thing, and its MQTT client id."""
    return f"{tenant_id}:{device_id}"


def issue_certificate(tenant_id: str, device_id: str, signing_request: str, *, actor: str) -> IssuedCertificate:
    """Issue a certificate for a registered device from a PEM signing request whose common name is the device id.

    Raises InvalidInputError when the request is not that. If it can't be noted in the registry, the certificate is
    deactivated again: the broker never holds a live credential that ingest does not know.
    """
    _check_signing_request(signing_request, device_id)
    client = _iot()
    thing = thing_name(tenant_id, device_id)
    client.create_thing(
        thingName=thing, attributePayload={"attributes": {"tenant_id": tenant_id, "device_id": device_id}}
    )
    policy = ensure_tenant_policy(tenant_id)
    answer = client.create_certificate_from_csr(certificateSigningRequest=signing_request, setAsActive=True)
    issued = IssuedCertificate(answer["certificateId"], answer["certificateArn"], answer["certificatePem"])
    try:
        client.attach_policy(policyName=policy, target=issued.certificate_arn)
        client.attach_thing_principal(thingName=thing, principal=issued.certificate_arn)
        _note(tenant_id, device_id, issued, actor)
    except BaseException:
        client.update_certificate(certificateId=issued.credential_id, newStatus="INACTIVE")
        raise
    return issued


def ensure_tenant_policy(tenant_id: str) -> str:
    """The name of the tenant's IoT policy, made on first use."""
    client = _iot()
    name = f"pulse-{tenant_id}"
    try:
        client.get_policy(policyName=name)
    except client.exceptions.ResourceNotFoundException:
        region, account = client.meta.region_name, _account_id()
        document = tenant_policy(tenant_id, resources=f"arn:aws:iot:{region}:{account}")
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


def _check_signing_request(signing_request: str, device_id: str) -> None:
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


def _note(tenant_id: str, device_id: str, issued: IssuedCertificate, actor: str) -> None:
    with tenant_session(tenant_id) as connection:
        connection.execute(
            """
            INSERT INTO device_credentials (tenant_id, device_id, credential_id, kind, certificate_arn)
            VALUES (%(tenant_id)s, %(device_id)s, %(credential_id)s, 'certificate', %(certificate_arn)s)
            """,
            {
                "tenant_id": tenant_id,
                "device_id": device_id,
                "credential_id": issued.credential_id,
                "certificate_arn": issued.certificate_arn,
            },
        )
        record_change(
            connection,
            actor=actor,
            tenant_id=tenant_id,
            action="device.issue_certificate",
            subject=device_id,
            after={"credential_id": issued.credential_id},
        )


@cache
def _iot() -> "IoTClient":
    return boto3.client("iot")


@cache
def _account_id() -> str:
    client: STSClient = boto3.client("sts")
    return client.get_caller_identity()["Account"]
