"""Roles and what each may do.

A role is a group of the user pool. Every route declares one permission, and a role has it or not: there is no
order to reason about.
"""

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """What a person is to Pulse: the first three work inside one tenant, operators across tenants."""

    VIEWER = "viewer"
    CUSTOMER = "customer"
    TENANT_ADMIN = "tenant-admin"
    OPERATOR = "operator"
    OPERATOR_ADMIN = "operator-admin"


class Permission(StrEnum):
    """What a route asks for. All of these are meant inside the caller's own tenant."""

    READ_PROFILE = "profile:read"
    READ_DEVICES = "devices:read"
    READ_TELEMETRY = "telemetry:read"
    READ_SITES = "sites:read"
    READ_ALERTS = "alerts:read"
    HANDLE_ALERTS = "alerts:handle"
    READ_ALERT_RULES = "alert-rules:read"


_READ: Final = frozenset(
    {
        Permission.READ_PROFILE,
        Permission.READ_DEVICES,
        Permission.READ_TELEMETRY,
        Permission.READ_SITES,
        Permission.READ_ALERTS,
        Permission.READ_ALERT_RULES,
    }
)
_WORK: Final = _READ | {Permission.HANDLE_ALERTS}

PERMISSIONS: Final = MappingProxyType(
    {
        Role.VIEWER: _READ,
        Role.CUSTOMER: _WORK,
        Role.TENANT_ADMIN: _WORK,
        # Operators look at tenants through the operator surface, where every look is audited.
        Role.OPERATOR: frozenset[Permission](),
        Role.OPERATOR_ADMIN: frozenset[Permission](),
    }
)


def known_roles(names: object) -> frozenset[Role]:
    """The roles among group names; a federated pool has groups that mean nothing here."""
    if not isinstance(names, list):
        return frozenset()
    return frozenset(role for role in Role if role.value in names)
