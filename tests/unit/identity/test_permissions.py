"""What each role may do, written out once more, so that a change is a decision."""

import pytest

from pulse.errors import NotPermittedError
from pulse.identity.permissions import (
    FOR_PEOPLE,
    PERMISSIONS,
    Permission,
    Role,
    known_permissions,
    known_roles,
)
from pulse.identity.principal import Principal

VIEWER = {
    "profile:read",
    "profile:sign-out",
    "devices:read",
    "credentials:read",
    "telemetry:read",
    "metrics:read",
    "quarantine:read",
    "sites:read",
    "live:follow",
    "alerts:read",
    "alert-rules:read",
    "escalation-policies:read",
    "oncall:read",
    "maintenance:read",
    "subscriptions:read",
    "reports:read",
    "reports:make",
    "exports:read",
    "exports:make",
    "addons:read",
    "tenant:read",
}
CUSTOMER = VIEWER | {
    "alerts:handle",
    "devices:manage",
    "commands:send",
    "credentials:manage",
    "provision",
    "sites:manage",
    "notifications:read",
    "oncall:cover",
    "maintenance:manage",
}
TENANT_ADMIN = CUSTOMER | {
    "escalation-policies:manage",
    "oncall:manage",
    "metrics:manage",
    "alert-rules:manage",
    "notifications:manage",
    "users:read",
    "users:manage",
    "api-keys:read",
    "api-keys:manage",
    "audit-log:read",
    "subscriptions:manage",
    "reports:manage",
    "addons:manage",
    "tenant:manage",
}
OPERATOR = {
    "operator.profile:read",
    "operator.profile:sign-out",
    "operator.tenants:read",
    "operator.users:read",
    "operator.quarantine:read",
    "operator.subscriptions:read",
    "operator.subscriptions:manage",
    "operator.noc:read",
    "operator.metrics:read",
    "operator.system:read",
    "operator.devices:read",
    "operator.alerts:read",
    "operator.usage:read",
    "operator.queues:read",
    "operator.keys:read",
    "operator.settings:read",
}
OPERATOR_ADMIN = OPERATOR | {
    "operator.tenants:manage",
    "operator.users:manage",
    "operator.audit-log:read",
    "operator.usage:manage",
    "operator.queues:manage",
    "operator.keys:manage",
    "operator.settings:manage",
}


def make_principal(*roles: Role, tenant_id: str | None = "acme", scopes: set[Permission] | None = None) -> Principal:
    narrowed = frozenset(scopes) if scopes is not None else None
    return Principal("user-1", "user@acme.example", frozenset(roles), tenant_id, scopes=narrowed)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.VIEWER, VIEWER),
        (Role.CUSTOMER, CUSTOMER),
        (Role.TENANT_ADMIN, TENANT_ADMIN),
        (Role.OPERATOR, OPERATOR),
        (Role.OPERATOR_ADMIN, OPERATOR_ADMIN),
    ],
)
def test_a_role_may_do_this_and_no_more(role: Role, expected: set[str]) -> None:
    assert {permission.value for permission in PERMISSIONS[role]} == expected


def test_every_permission_belongs_to_some_role() -> None:
    assert frozenset[Permission]().union(*PERMISSIONS.values()) == set(Permission)


@pytest.mark.parametrize("role", Role)
def test_a_role_stays_on_its_plane(role: Role) -> None:
    assert {permission.is_of_operators for permission in PERMISSIONS[role]} == {role.is_of_operators}


def test_who_administers_may_also_read() -> None:
    for permissions in PERMISSIONS.values():
        for permission in permissions:
            if permission.value.endswith(":manage"):
                assert permission.value.replace(":manage", ":read") in permissions


def test_roles_add_up() -> None:
    principal = make_principal(Role.VIEWER, Role.CUSTOMER)
    assert principal.permissions == PERMISSIONS[Role.VIEWER] | PERMISSIONS[Role.CUSTOMER]


def test_scopes_narrow_a_role_and_never_widen_it() -> None:
    key = make_principal(Role.VIEWER, scopes={Permission.READ_DEVICES, Permission.HANDLE_ALERTS})
    assert key.permissions == {Permission.READ_DEVICES, Permission.READ_PROFILE}


def test_a_key_may_ask_what_it_is_and_without_scopes_nothing_else() -> None:
    assert make_principal(Role.VIEWER, scopes=set()).permissions == {Permission.READ_PROFILE}
    operators = make_principal(Role.OPERATOR, tenant_id=None, scopes={Permission.OPERATOR_READ_METRICS})
    assert operators.permissions == {Permission.OPERATOR_READ_METRICS}


def test_no_key_can_make_a_key_or_a_user() -> None:
    assert {"users:manage", "api-keys:manage", "profile:sign-out"} == FOR_PEOPLE


def test_a_permission_holds_in_the_own_tenant() -> None:
    assert make_principal(Role.VIEWER).require(Permission.READ_DEVICES) == "acme"


def test_a_missing_permission_is_refused_by_name() -> None:
    with pytest.raises(NotPermittedError, match="alerts:handle"):
        make_principal(Role.VIEWER).require(Permission.HANDLE_ALERTS)
    with pytest.raises(NotPermittedError, match="API key does not include devices:read"):
        make_principal(Role.VIEWER, scopes=set()).require(Permission.READ_DEVICES)


def test_without_a_tenant_nothing_of_a_tenant_is_permitted() -> None:
    with pytest.raises(NotPermittedError, match="no tenant"):
        make_principal(Role.TENANT_ADMIN, tenant_id=None).require(Permission.READ_DEVICES)


def test_with_a_tenant_nothing_of_operators_is_permitted() -> None:
    make_principal(Role.OPERATOR, tenant_id=None).admit(Permission.OPERATOR_READ_TENANTS)
    with pytest.raises(NotPermittedError, match="belongs to a tenant"):
        make_principal(Role.OPERATOR).admit(Permission.OPERATOR_READ_TENANTS)


@pytest.mark.parametrize("names", [None, "customer", {"customer": 1}, [], ["Customer"], [["customer"]], [7]])
def test_what_is_no_list_of_roles_names_none(names: object) -> None:
    assert known_roles(names) == frozenset()
    assert known_permissions(names) == frozenset()


@pytest.mark.parametrize("tenant_id", ["acme", None])
@pytest.mark.parametrize("roles", [(), (Role.VIEWER,), tuple(Role)])
@pytest.mark.parametrize("scopes", [None, set(), {Permission.READ_DEVICES, Permission.READ_ALERTS}])
def test_a_principal_survives_the_authorizer_context(
    roles: tuple[Role, ...], tenant_id: str | None, scopes: set[Permission] | None
) -> None:
    principal = make_principal(*roles, tenant_id=tenant_id, scopes=scopes)
    assert all(isinstance(value, str) for value in principal.as_context().values())
    assert Principal.from_context(principal.as_context()) == principal


@pytest.mark.parametrize("context", [{}, {"refusal": "token_expired"}, {"user_id": "", "tenant_id": "acme"}])
def test_a_context_without_a_user_is_nobody(context: dict[str, str]) -> None:
    assert Principal.from_context(context) is None


def test_people_are_named_by_their_address() -> None:
    assert make_principal().name == "user@acme.example"
    assert Principal("user-1", "", frozenset(), None).name == "user-1"
