"""How a target lets itself be asked: port, protocol, and what to sign in with. Pure."""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from pulse.models import Input
from pulse.polling.questions import HeaderName
from pulse.snmp_security import Authentication, Privacy

_SECRET: Final = {"writeOnly": True}
_PRINTABLE: Final = r"^[\x20-\x7e]+$"

Port = Annotated[int, Field(ge=1, le=65_535)]
Community = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_PRINTABLE)]
Username = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_PRINTABLE)]
SnmpPassword = Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=_PRINTABLE)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=r"^[^\x00-\x1f]+$")]
Token = Annotated[str, StringConstraints(min_length=1, max_length=1500, pattern=r"^[!-~]+$")]
PRIVATE_KEY: Final = r"^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[A-Za-z0-9+/=:,\-\s]+$"
PrivateKey = Annotated[str, StringConstraints(max_length=3000, pattern=PRIVATE_KEY)]
HOST_KEY: Final = r"^[a-z0-9@.\-]+ AAAA[A-Za-z0-9+/]+=*$"
HostKey = Annotated[str, StringConstraints(max_length=1500, pattern=HOST_KEY)]
"""An SSH server's public key, as in a file of known hosts: `ssh-ed25519 AAAA…`."""

type _OrNone[Protocol: Authentication | Privacy] = Annotated[
    Protocol | None, AfterValidator(lambda protocol: None if protocol == "none" else protocol)
]


def secret(description: str) -> Any:
    """A field that is kept encrypted, shown as `***`, and in no text that is made of the model."""
    return Field(None, description=description, json_schema_extra={"writeOnly": True}, repr=False)


class _Access(Input):
    @classmethod
    def secret_fields(cls) -> frozenset[str]:
        """Names of the fields that are not shown again."""
        return frozenset(name for name, field in cls.model_fields.items() if field.json_schema_extra == _SECRET)


class SnmpAccess(_Access):
    """A community in versions 1 and 2c, a user in version 3."""

    kind: Literal["snmp"] = "snmp"
    port: Port = 161
    version: Literal["v1", "v2c", "v3"] = "v2c"
    community: Community | None = secret("For versions 1 and 2c")
    username: Username | None = Field(None, description="For version 3")
    auth_protocol: _OrNone[Authentication] = None
    auth_password: SnmpPassword | None = secret("For the auth_protocol")
    priv_protocol: _OrNone[Privacy] = None
    priv_password: SnmpPassword | None = secret("For the priv_protocol")
    context: Annotated[str, StringConstraints(max_length=255, pattern=r"^[\x20-\x7e]*$")] = ""

    @model_validator(mode="after")
    def _fits_its_version(self) -> Self:
        if message := self._objection():
            raise ValueError(message)
        return self

    @property
    def encrypts(self) -> bool:
        """Whether nobody on the way can read what is said."""
        return self.priv_protocol is not None

    def _objection(self) -> str | None:
        if self.version != "v3":
            of_version_3 = (self.username, self.auth_protocol, self.priv_protocol, self.auth_password)
            if any(field is not None for field in (*of_version_3, self.priv_password)):
                return f"version {self.version} has a community and nothing of version v3"
            return None if self.community is not None else f"version {self.version} needs a community"
        if self.community is not None or self.username is None:
            return "version v3 needs a username, and has no community"
        if (self.auth_protocol is None) != (self.auth_password is None):
            return "auth_protocol and auth_password belong together"
        if (self.priv_protocol is None) != (self.priv_password is None):
            return "priv_protocol and priv_password belong together"
        if self.priv_protocol is not None and self.auth_protocol is None:
            return "a priv_protocol needs an auth_protocol"
        return None


class HttpAccess(_Access):
    """How requests are made and signed."""

    kind: Literal["http"] = "http"
    port: Port | None = Field(None, description="Without one 443, or 80 without TLS")
    tls: bool = True
    verify_certificate: bool = Field(
        True, description="Whether the certificate must be good; false for devices that sign their own"
    )
    authentication: Literal["none", "basic", "digest", "bearer", "header"] = "none"
    username: Username | None = Field(None, description="For basic and digest")
    password: Password | None = secret("For basic and digest")
    token: Token | None = secret("For bearer and header")
    header: HeaderName | None = Field(None, description="Which header the token stands in, for header")

    @model_validator(mode="after")
    def _has_what_it_signs_in_with(self) -> Self:
        needed = {"basic": {"username", "password"}, "bearer": {"token"}, "header": {"token", "header"}}
        needed["digest"] = needed["basic"]
        wanted = needed.get(self.authentication, set())
        given = {name for name in ("username", "password", "token", "header") if getattr(self, name) is not None}
        if given != wanted:
            what = " and ".join(sorted(wanted)) or "neither username, password, token nor header"
            message = f"authentication {self.authentication} takes {what}"
            raise ValueError(message)
        return self

    @property
    def encrypts(self) -> bool:
        """Whether nobody on the way can read what is said."""
        return self.tls

    @property
    def effective_port(self) -> int:
        """The port, or the protocol's own."""
        return self.port or (443 if self.tls else 80)


class SshAccess(_Access):
    """Who signs in, and which server it has to be."""

    kind: Literal["ssh"] = "ssh"
    port: Port = 22
    username: Username
    password: Password | None = secret("Or a private_key")
    private_key: PrivateKey | None = secret("In the form of OpenSSH or PEM, in the place of a password")
    passphrase: Password | None = secret("Of the private_key, if it has one")
    host_key: HostKey | None = Field(
        None, description="The server's key; without one the first that it shows is kept, and no other is trusted later"
    )

    @model_validator(mode="after")
    def _has_one_way_to_sign_in(self) -> Self:
        if (self.password is None) == (self.private_key is None):
            message = "takes either a password or a private_key"
            raise ValueError(message)
        if self.passphrase is not None and self.private_key is None:
            message = "a passphrase belongs to a private_key"
            raise ValueError(message)
        return self

    @property
    def encrypts(self) -> bool:
        """Always."""
        return True


Access = Annotated[SnmpAccess | HttpAccess | SshAccess, Field(discriminator="kind")]
"""One of the ways in."""


def port_of(access: SnmpAccess | HttpAccess | SshAccess) -> int:
    """Where it is asked."""
    return access.effective_port if isinstance(access, HttpAccess) else access.port
