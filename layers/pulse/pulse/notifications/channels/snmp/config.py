"""Which management system is told, and how it knows that it is us."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from pulse.notifications.channels.kind import ChannelConfig, secret
from pulse.snmp_security import Authentication, Privacy

_PRINTABLE = r"^[\x20-\x7e]+$"
Password = Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=_PRINTABLE)]


class Version(StrEnum):
    """`v2c` travels in the clear; `v3` can be signed and encrypted."""

    V2C = "v2c"
    V3 = "v3"


class SnmpConfig(ChannelConfig):
    """A receiver of traps: with a community in version 2c, with a user in version 3."""

    host: Annotated[str, StringConstraints(min_length=1, max_length=253)]
    port: int = Field(162, ge=1, le=65_535)
    version: Version = Field(Version.V3, description="`v2c` travels in the clear; `v3` can be signed and encrypted")
    community: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_PRINTABLE)] | None = secret(
        "For version 2c", default=None
    )
    username: Annotated[str, StringConstraints(min_length=1, max_length=32, pattern=_PRINTABLE)] | None = Field(
        None, description="For version 3"
    )
    auth_protocol: Authentication = Field(Authentication.NONE, description="How messages of version 3 are vouched for")
    auth_password: Password | None = secret("For the auth_protocol", default=None)
    priv_protocol: Privacy = Field(
        Privacy.NONE,
        description="How messages of version 3 are encrypted; AES192C and AES256C are for receivers by Cisco",
    )
    priv_password: Password | None = secret("For the priv_protocol", default=None)
    engine_id: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{2}){5,32}$")] | None = Field(
        None,
        description="Of the sender in version 3, hexadecimal; without one 8001869f04 and the tenant's id as text",
    )
    oid_prefix: Annotated[
        str, StringConstraints(max_length=128, pattern=r"^1\.3\.6\.1(\.(0|[1-9][0-9]{0,8})){2,20}$")
    ] = Field("1.3.6.1.4.1.99999", description="What the published MIB is rooted at, unless you have moved it")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if message := self._objection():
            raise ValueError(message)
        return self

    def _objection(self) -> str | None:
        if self.version is Version.V2C:
            of_version_3 = (self.username, self.auth_password, self.priv_password, self.engine_id)
            is_protected = (self.auth_protocol, self.priv_protocol) != (Authentication.NONE, Privacy.NONE)
            if is_protected or any(field is not None for field in of_version_3):
                return "version v2c has a community and nothing of version v3"
            return None if self.community is not None else "version v2c needs a community"
        if self.community is not None or self.username is None:
            return "version v3 needs a username, and has no community"
        if (self.auth_protocol is Authentication.NONE) != (self.auth_password is None):
            return "auth_protocol and auth_password belong together"
        if (self.priv_protocol is Privacy.NONE) != (self.priv_password is None):
            return "priv_protocol and priv_password belong together"
        if self.priv_protocol is not Privacy.NONE and self.auth_protocol is Authentication.NONE:
            return "a priv_protocol needs an auth_protocol"
        return None
