"""The caller, as the authorizer hands it to a function and as a verb checks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network

from pulse.errors import NotPermittedError
from pulse.identity.permissions import OF_EVERY_KEY, PERMISSIONS, Permission, Role, known_permissions, known_roles
from pulse.tenants.status import Network


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a call came from, for the audit log."""

    ip_address: str | None
    request_id: str


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling: a person, or a program with an API key. Operators have no tenant.

    `user_id` is the pool's `sub`, or `key:` and the key's id; `email` of a key is its label. `scopes` narrows a key
    to some of its role's permissions and is None for people. `session_id` is empty for keys. `networks` are those that
    their tenant allows calls from, anywhere without any.
    """

    user_id: str
    email: str
    roles: frozenset[Role]
    tenant_id: str | None
    session_id: str = ""
    scopes: frozenset[Permission] | None = None
    networks: tuple[Network, ...] = ()

    @property
    def name(self) -> str:
        """What a person recognises in a timeline."""
        return self.email or self.user_id

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything that the roles together allow, within the scopes; a key may always ask what it is."""
        allowed = frozenset[Permission]().union(*(PERMISSIONS[role] for role in self.roles))
        return allowed if self.scopes is None else allowed & (self.scopes | OF_EVERY_KEY)

    def admit(self, permission: Permission) -> None:
        """Raise NotPermittedError unless the caller has the permission, and is on its plane."""
        if permission not in self.permissions:
            who = "your role" if self.scopes is None else "this API key"
            message = f"{who} does not include {permission.value}; ask an administrator"
            raise NotPermittedError(message)
        if permission.is_of_operators and self.tenant_id is not None:
            message = "your account belongs to a tenant, and this is for operators"
            raise NotPermittedError(message)
        if not permission.is_of_operators and self.tenant_id is None:
            message = "your account belongs to no tenant, and this is a tenant's data"
            raise NotPermittedError(message)

    def require(self, permission: Permission) -> str:
        """Return the tenant in which a permission of the customer plane holds; raise NotPermittedError if none."""
        self.admit(permission)
        assert self.tenant_id is not None, "a permission of operators holds in no tenant"
        return self.tenant_id

    def as_context(self) -> dict[str, str]:
        """The authorizer's context: strings alone, as API Gateway passes them on unchanged."""
        context = {
            "user_id": self.user_id,
            "email": self.email,
            "roles": " ".join(sorted(self.roles)),
            "tenant_id": self.tenant_id or "",
            "session_id": self.session_id,
        }
        if self.scopes is not None:
            context["scopes"] = " ".join(sorted(self.scopes))
        if self.networks:
            context["networks"] = " ".join(map(str, self.networks))
        return context

    @classmethod
    def from_context(cls, context: Mapping[str, str]) -> "Principal | None":
        """The caller in an authorizer's context, or None when there is none in it."""
        if not context.get("user_id"):
            return None
        return cls(
            user_id=context["user_id"],
            email=context.get("email", ""),
            roles=known_roles(context.get("roles", "").split()),
            tenant_id=context.get("tenant_id") or None,
            session_id=context.get("session_id", ""),
            scopes=known_permissions(context["scopes"].split()) if "scopes" in context else None,
            networks=tuple(ip_network(network) for network in context.get("networks", "").split()),
        )
