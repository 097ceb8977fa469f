"""Roles and what each may do.

A role is a group of the user pool. Every route declares one permission, and a role has it or not: there is no
order to reason about. A permission belongs to one plane: the customer plane is inside the caller's own tenant, the
operator plane is across tenants, and nobody is on both.
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

    @property
    def is_of_operators(self) -> bool:
        """Whether it is a role across tenants."""
        return self in (Role.OPERATOR, Role.OPERATOR_ADMIN)


class Permission(StrEnum):
    """What a route asks for. Those that start with `operator.` are across tenants, the others inside one."""

    READ_PROFILE = "profile:read"
    SIGN_OUT = "profile:sign-out"
    READ_DEVICES = "devices:read"
    PROVISION = "provision"
    READ_CREDENTIALS = "credentials:read"
    MANAGE_CREDENTIALS = "credentials:manage"
    MANAGE_DEVICES = "devices:manage"
    SEND_COMMANDS = "commands:send"
    READ_TELEMETRY = "telemetry:read"
    READ_METRICS = "metrics:read"
    MANAGE_METRICS = "metrics:manage"
    READ_QUARANTINE = "quarantine:read"
    READ_SITES = "sites:read"
    MANAGE_SITES = "sites:manage"
    FOLLOW_LIVE = "live:follow"
    READ_ALERTS = "alerts:read"
    HANDLE_ALERTS = "alerts:handle"
    READ_ALERT_RULES = "alert-rules:read"
    MANAGE_ALERT_RULES = "alert-rules:manage"
    READ_NOTIFICATIONS = "notifications:read"
    MANAGE_NOTIFICATIONS = "notifications:manage"
    READ_ESCALATION = "escalation-policies:read"
    MANAGE_ESCALATION = "escalation-policies:manage"
    READ_ONCALL = "oncall:read"
    COVER_ONCALL = "oncall:cover"
    MANAGE_ONCALL = "oncall:manage"
    READ_MAINTENANCE = "maintenance:read"
    MANAGE_MAINTENANCE = "maintenance:manage"
    READ_ADDONS = "addons:read"
    MANAGE_ADDONS = "addons:manage"
    READ_USERS = "users:read"
    MANAGE_USERS = "users:manage"
    READ_API_KEYS = "api-keys:read"
    MANAGE_API_KEYS = "api-keys:manage"
    READ_AUDIT_LOG = "audit-log:read"
    READ_SUBSCRIPTIONS = "subscriptions:read"
    MANAGE_SUBSCRIPTIONS = "subscriptions:manage"
    READ_REPORTS = "reports:read"
    MAKE_REPORTS = "reports:make"
    MANAGE_REPORTS = "reports:manage"
    READ_EXPORTS = "exports:read"
    MAKE_EXPORTS = "exports:make"
    READ_TENANT = "tenant:read"
    MANAGE_TENANT = "tenant:manage"

    OPERATOR_READ_PROFILE = "operator.profile:read"
    OPERATOR_SIGN_OUT = "operator.profile:sign-out"
    OPERATOR_READ_TENANTS = "operator.tenants:read"
    OPERATOR_MANAGE_TENANTS = "operator.tenants:manage"
    OPERATOR_READ_USERS = "operator.users:read"
    OPERATOR_MANAGE_USERS = "operator.users:manage"
    OPERATOR_READ_AUDIT_LOG = "operator.audit-log:read"
    OPERATOR_READ_QUARANTINE = "operator.quarantine:read"
    OPERATOR_READ_SUBSCRIPTIONS = "operator.subscriptions:read"
    OPERATOR_MANAGE_SUBSCRIPTIONS = "operator.subscriptions:manage"
    OPERATOR_READ_NOC = "operator.noc:read"
    OPERATOR_READ_METRICS = "operator.metrics:read"
    OPERATOR_READ_SYSTEM = "operator.system:read"
    OPERATOR_READ_DEVICES = "operator.devices:read"
    OPERATOR_READ_ALERTS = "operator.alerts:read"
    OPERATOR_READ_USAGE = "operator.usage:read"
    OPERATOR_MANAGE_USAGE = "operator.usage:manage"
    OPERATOR_READ_QUEUES = "operator.queues:read"
    OPERATOR_MANAGE_QUEUES = "operator.queues:manage"
    OPERATOR_READ_KEYS = "operator.keys:read"
    OPERATOR_MANAGE_KEYS = "operator.keys:manage"
    OPERATOR_READ_SETTINGS = "operator.settings:read"
    OPERATOR_MANAGE_SETTINGS = "operator.settings:manage"

    @property
    def is_of_operators(self) -> bool:
        """Whether it is a permission across tenants."""
        return self.value.startswith("operator.")


_READ: Final = frozenset(
    {
        Permission.READ_PROFILE,
        Permission.SIGN_OUT,
        Permission.READ_DEVICES,
        Permission.READ_CREDENTIALS,
        Permission.READ_TELEMETRY,
        Permission.READ_METRICS,
        Permission.READ_QUARANTINE,
        Permission.READ_SITES,
        Permission.FOLLOW_LIVE,
        Permission.READ_ALERTS,
        Permission.READ_ALERT_RULES,
        Permission.READ_ESCALATION,
        Permission.READ_ONCALL,
        Permission.READ_MAINTENANCE,
        Permission.READ_SUBSCRIPTIONS,
        Permission.READ_REPORTS,
        # It changes nothing but the list of reports.
        Permission.MAKE_REPORTS,
        Permission.READ_EXPORTS,
        # The same: of what its role may read anyway.
        Permission.MAKE_EXPORTS,
        Permission.READ_ADDONS,
        Permission.READ_TENANT,
    }
)
_WORK: Final = _READ | {
    Permission.MANAGE_DEVICES,
    Permission.SEND_COMMANDS,
    Permission.MANAGE_CREDENTIALS,
    Permission.PROVISION,
    Permission.MANAGE_SITES,
    Permission.HANDLE_ALERTS,
    Permission.READ_NOTIFICATIONS,
    Permission.COVER_ONCALL,
    Permission.MANAGE_MAINTENANCE,
}
_ADMINISTER: Final = _WORK | {
    Permission.MANAGE_METRICS,
    Permission.MANAGE_ALERT_RULES,
    Permission.MANAGE_NOTIFICATIONS,
    Permission.MANAGE_ESCALATION,
    Permission.MANAGE_ONCALL,
    Permission.MANAGE_ADDONS,
    Permission.READ_USERS,
    Permission.MANAGE_USERS,
    Permission.READ_API_KEYS,
    Permission.MANAGE_API_KEYS,
    Permission.READ_AUDIT_LOG,
    Permission.MANAGE_SUBSCRIPTIONS,
    Permission.MANAGE_REPORTS,
    Permission.MANAGE_TENANT,
}
_OPERATE: Final = frozenset(
    {
        Permission.OPERATOR_READ_PROFILE,
        Permission.OPERATOR_SIGN_OUT,
        Permission.OPERATOR_READ_TENANTS,
        Permission.OPERATOR_READ_USERS,
        Permission.OPERATOR_READ_QUARANTINE,
        Permission.OPERATOR_READ_SUBSCRIPTIONS,
        Permission.OPERATOR_MANAGE_SUBSCRIPTIONS,
        Permission.OPERATOR_READ_NOC,
        Permission.OPERATOR_READ_METRICS,
        Permission.OPERATOR_READ_SYSTEM,
        Permission.OPERATOR_READ_DEVICES,
        Permission.OPERATOR_READ_ALERTS,
        Permission.OPERATOR_READ_USAGE,
        Permission.OPERATOR_READ_QUEUES,
        Permission.OPERATOR_READ_KEYS,
        Permission.OPERATOR_READ_SETTINGS,
    }
)

PERMISSIONS: Final = MappingProxyType(
    {
        Role.VIEWER: _READ,
        Role.CUSTOMER: _WORK,
        Role.TENANT_ADMIN: _ADMINISTER,
        # Operators look at tenants through the operator surface alone, where every look is audited.
        Role.OPERATOR: _OPERATE,
        Role.OPERATOR_ADMIN: _OPERATE
        | {
            Permission.OPERATOR_MANAGE_TENANTS,
            Permission.OPERATOR_MANAGE_USERS,
            Permission.OPERATOR_READ_AUDIT_LOG,
            Permission.OPERATOR_MANAGE_USAGE,
            Permission.OPERATOR_MANAGE_QUEUES,
            Permission.OPERATOR_MANAGE_KEYS,
            Permission.OPERATOR_MANAGE_SETTINGS,
        },
    }
)

FOR_PEOPLE: Final = frozenset({Permission.SIGN_OUT, Permission.MANAGE_USERS, Permission.MANAGE_API_KEYS})
"""What no API key may do: a leaked key must not be able to make itself another one, or a user."""

OF_EVERY_KEY: Final = frozenset({Permission.READ_PROFILE})
"""What every API key of a tenant may do, whatever its scopes: ask what it is."""


def known_roles(names: object) -> frozenset[Role]:
    """The roles among group names; a federated pool has groups that mean nothing here."""
    if not isinstance(names, list):
        return frozenset()
    return frozenset(role for role in Role if role.value in names)


def known_permissions(names: object) -> frozenset[Permission]:
    """The permissions among names; one that a later version has given up is none."""
    if not isinstance(names, list):
        return frozenset()
    return frozenset(permission for permission in Permission if permission.value in names)
