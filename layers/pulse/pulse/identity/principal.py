"""The caller, as the authorizer hands it to a function and as a verb checks it."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulse.errors import NotPermittedError
from pulse.identity.permissions import PERMISSIONS, Permission, Role, known_roles


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a call came from, for the audit log."""

    ip_address: str | None
    request_id: str


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling: `user_id` is the pool's `sub`; operators have no tenant."""

    user_id: str
    email: str
    roles: frozenset[Role]
    tenant_id: str | None

    @property
    def name(self) -> str:
        """What a person recognises in a timeline."""
        return self.email or self.user_id

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything that the roles together allow."""
        return frozenset[Permission]().union(*(PERMISSIONS[role] for role in self.roles))

    def require(self, permission: Permission) -> str:
        """Return the tenant in which the permission holds; raise NotPermittedError when it doesn't."""
        if permission not in self.permissions:
            message = f"your role does not include {permission.value}; ask a tenant administrator"
            raise NotPermittedError(message)
        if self.tenant_id is None:
            message = "your account belongs to no tenant, and this is a tenant's data"
            raise NotPermittedError(message)
        return self.tenant_id

    def as_context(self) -> dict[str, str]:
        """The authorizer's context: strings alone, as API Gateway passes them on unchanged."""
        return {
            "user_id": self.user_id,
            "email": self.email,
            "roles": " ".join(sorted(self.roles)),
            "tenant_id": self.tenant_id or "",
        }

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
        )
