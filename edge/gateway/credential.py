"""The credential bundle that Pulse hands out: who the gateway is, and where the broker is."""

import ssl
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from edge.broker.mqtt import Access
from edge.gateway.configuration import ConfigurationError

_CONFIG = "config.json"


class Identity(BaseModel):
    """What the bundle's `config.json` says, as far as a gateway needs it."""

    model_config = ConfigDict(frozen=True)

    tenant_id: str
    device_id: str
    client_id: str
    host: str
    port: int = Field(ge=1, le=65535)
    telemetry_topic: str
    certificate_file: Path
    private_key_file: Path
    certificate_authority_file: Path

    @property
    def inbound_topic(self) -> str:
        """Where events go."""
        return f"devices/{self.tenant_id}/{self.device_id}/inbound"

    @property
    def commands_topic(self) -> str:
        """Where it is told what to do now."""
        return f"devices/{self.tenant_id}/{self.device_id}/commands"

    @property
    def shadow_topic(self) -> str:
        """What all topics of the gateway's shadow begin with."""
        return f"$aws/things/{self.client_id}/shadow"

    @property
    def access(self) -> Access:
        """The way to the broker."""
        return Access(
            host=self.host,
            port=self.port,
            ca_file=self.certificate_authority_file,
            client_id=self.client_id,
            certificate_file=self.certificate_file,
            key_file=self.private_key_file,
        )


def read_identity(folder: Path) -> Identity:
    """The bundle in a folder. Raises ConfigurationError when something is missing, or does not belong together."""
    place = f"credential.folder: {folder / _CONFIG}"
    try:
        found = Identity.model_validate_json((folder / _CONFIG).read_bytes())
    except OSError as error:
        message = f"{place}: {error.strerror}; unpack the device's credential bundle there"
        raise ConfigurationError(message) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        message = f"{place}: {'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise ConfigurationError(message) from error
    names = ("certificate_file", "private_key_file", "certificate_authority_file")
    identity = found.model_copy(update={name: folder / getattr(found, name) for name in names})
    try:
        context = ssl.create_default_context(cafile=identity.certificate_authority_file)
        context.load_cert_chain(identity.certificate_file, identity.private_key_file)
    except (OSError, ssl.SSLError) as error:
        message = f"credential.folder: {folder}: certificate, key and authority can't be used: {error}"
        raise ConfigurationError(message) from error
    return identity
