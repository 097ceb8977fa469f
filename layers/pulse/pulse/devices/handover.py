"""What is handed over with a new credential: everything that a device needs to come in, shown this once."""

from pydantic import Field

from pulse.database import tenant_session
from pulse.devices.activation import Activated
from pulse.devices.credential import Credential, CredentialKind
from pulse.devices.credentials import IssuedCredential
from pulse.devices.endpoint import certificate_authority, device_endpoint
from pulse.devices.queries import require_device
from pulse.devices.topics import device_topic, thing_name
from pulse.identity.permissions import Permission
from pulse.identity.principal import Principal
from pulse.models import Model


class MqttConnection(Model):
    """How to connect with a certificate: MQTT over TLS."""

    host: str
    port: int
    client_id: str = Field(description="The broker accepts no other")
    certificate_authority_pem: str = Field(description="What to trust at the other end")
    telemetry_topic: str
    heartbeat_topic: str
    command_topic: str = Field(description="To subscribe to; acknowledge on `{command_topic}/{command_id}/ack`")


class NewCredential(Credential):
    """A credential with what is shown this once."""

    certificate_pem: str | None = Field(None, description="Of a certificate")
    private_key_pem: str | None = Field(
        None, description="Of a certificate without a signing request: the key was made here, and is kept nowhere"
    )
    mqtt: MqttConnection | None = Field(None, description="Of a certificate")
    token: str | None = Field(None, description="Of a token: to be sent as `Authorization: Bearer …`")


class ActivatedDevice(NewCredential):
    """Everything that a device needs that has fetched its own certificate."""

    tenant_id: str
    device_id: str


def mqtt_connection(tenant_id: str, device_id: str) -> MqttConnection:
    """How a device connects."""
    endpoint = device_endpoint()
    return MqttConnection(
        host=endpoint.host,
        port=endpoint.port,
        client_id=thing_name(tenant_id, device_id),
        certificate_authority_pem=certificate_authority(),
        telemetry_topic=device_topic(tenant_id, device_id, "telemetry"),
        heartbeat_topic=device_topic(tenant_id, device_id, "heartbeat"),
        command_topic=device_topic(tenant_id, device_id, "commands"),
    )


def read_mqtt_connection(actor: Principal, device_id: str) -> MqttConnection:
    """How a device of the caller's tenant connects. Raises NotPermittedError, NotFoundError."""
    tenant_id = actor.require(Permission.READ_CREDENTIALS)
    with tenant_session(tenant_id) as connection:
        require_device(connection, tenant_id, device_id)
    return mqtt_connection(tenant_id, device_id)


def hand_over(tenant_id: str, device_id: str, issued: IssuedCredential) -> NewCredential:
    """What the caller is shown of a credential that was just issued."""
    is_certificate = issued.credential.kind is CredentialKind.CERTIFICATE
    return NewCredential(
        **issued.credential.model_dump(),
        certificate_pem=issued.certificate_pem,
        private_key_pem=issued.private_key_pem,
        mqtt=mqtt_connection(tenant_id, device_id) if is_certificate else None,
        token=issued.token,
    )


def hand_over_activated(activated: Activated) -> ActivatedDevice:
    """What a device is shown that has typed in its code."""
    new = hand_over(activated.tenant_id, activated.device_id, activated.issued)
    return ActivatedDevice(**new.model_dump(), tenant_id=activated.tenant_id, device_id=activated.device_id)
