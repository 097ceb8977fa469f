"""The one configuration file: TOML, checked as a whole before anything starts."""

import tomllib
from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyAddress,
    IPvAnyNetwork,
    StringConstraints,
    ValidationError,
    model_validator,
)

from pulse.snmp_security import Authentication, Privacy

Password = Annotated[str, StringConstraints(min_length=8, max_length=255)]
Community = Annotated[str, StringConstraints(min_length=1, max_length=255)]
_WORDS = {
    "missing": "is required",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "string_type": "must be a text",
    "path_type": "must be a path",
    "list_type": "must be a list",
    "model_type": "must be a section of its own",
    "enum": "must be {expected}",
    "extra_forbidden": "is not known here",
    "ip_any_address": "must be an IP address, such as 192.0.2.7",
    "ip_any_network": "must be an IP network, such as 192.0.2.0/24",
}


class ConfigurationError(Exception):
    """The gateway can't start with this configuration; each line names a place and says what is wrong there."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class User(_Section):
    """A user of SNMPv3, as the senders have it."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    authentication: Authentication = Authentication.SHA256
    authentication_password: Password | None = None
    privacy: Privacy = Privacy.AES
    privacy_password: Password | None = None

    @model_validator(mode="after")
    def _has_its_passwords(self) -> Self:
        if self.authentication is Authentication.NONE and self.privacy is not Privacy.NONE:
            message = "privacy needs authentication: choose one, or set privacy to none"
            raise ValueError(message)
        if (self.authentication is Authentication.NONE) != (self.authentication_password is None):
            message = "authentication and authentication_password belong together"
            raise ValueError(message)
        if (self.privacy is Privacy.NONE) != (self.privacy_password is None):
            message = "privacy and privacy_password belong together"
            raise ValueError(message)
        return self


class Listener(_Section):
    """Where notifications are listened for."""

    address: IPvAnyAddress = IPv4Address("0.0.0.0")  # noqa: S104 - senders are outside by nature
    port: int = Field(162, ge=0, le=65535)


class Snmp(_Section):
    """Whose notifications are taken."""

    communities: list[Community] = Field([], description="Of SNMPv1 and v2c; without any, those are refused")
    users: list[User] = Field([], description="Of SNMPv3; without any, it is refused")
    allowed_networks: list[IPvAnyNetwork] = Field(
        [], description="Senders elsewhere are not heard; without any, everybody is"
    )

    max_per_second: int = Field(
        100, ge=1, le=100_000, description="Notifications of one sender that are taken in a second, 10 s' worth at once"
    )

    @model_validator(mode="after")
    def _knows_somebody(self) -> Self:
        if not self.communities and not self.users:
            message = "name at least one community or one user: nobody could be heard"
            raise ValueError(message)
        names = [user.name for user in self.users]
        if len(set(names)) < len(names):
            message = "users: each name stands once"
            raise ValueError(message)
        return self


class Credential(_Section):
    """The folder of the device's credential bundle, as it is downloaded from Pulse."""

    folder: Path


class Spool(_Section):
    """Where events wait until the broker has them, and how many may."""

    file: Path
    max_events: int = Field(100_000, ge=100, le=10_000_000)
    max_megabytes: int = Field(256, ge=1, le=65_536)


class Health(_Section):
    """How often the gateway says how it is."""

    interval_seconds: int = Field(60, ge=1, le=3600)


class Configuration(_Section):
    """All that a gateway is told."""

    credential: Credential
    spool: Spool
    snmp: Snmp
    listen: list[Listener] = Field([Listener()], min_length=1, max_length=8)
    health: Health = Health()


def read_configuration(file: Path) -> Configuration:
    """The file's configuration; relative paths in it are relative to it. Raises ConfigurationError."""
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        message = f"{file}: {error.strerror}"
        raise ConfigurationError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{file}: not TOML: {error}"
        raise ConfigurationError(message) from error
    return check_configuration(document, folder=file.parent.absolute())


def named_folder(file: Path) -> Path | None:
    """Where a configuration that is wrong elsewhere has its credential bundle, if it says so."""
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return None
    match document:
        case {"credential": {"folder": str(folder)}}:
            return file.parent.absolute() / folder
    return None


def check_configuration(document: dict[str, Any], *, folder: Path) -> Configuration:
    """A document as a configuration. Raises ConfigurationError with a line for each thing that is wrong."""
    try:
        found = Configuration.model_validate(document)
    except ValidationError as error:
        raise ConfigurationError("\n".join(sorted({_line(each) for each in error.errors()}))) from error
    return found.model_copy(
        update={
            "credential": Credential(folder=folder / found.credential.folder),
            "spool": found.spool.model_copy(update={"file": folder / found.spool.file}),
        }
    )


def _line(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    words = _WORDS.get(error["type"], error["msg"].removeprefix("Value error, "))
    return f"{place}: {words.format(**error.get('ctx', {}))}"
