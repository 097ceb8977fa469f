"""What each role may do, written out once more, so that a change is a decision."""

import pytest

from pulse.errors import NotPermittedError
from pulse.identity.permissions import PERMISSIONS, Permission, Role, known_roles
from pulse.identity.principal import Principal

READS = {permission for permission in Permission if permission.value.endswith(":read")}


def make_principal(*roles: Role, tenant_id: str | None = "acme") -> Principal:
    return Principal("user-1", "user@acme.example", frozenset(roles), tenant_id)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.VIEWER, READS),
        (Role.CUSTOMER, READS | {Permission.HANDLE_ALERTS}),
        (Role.TENANT_ADMIN, READS | {Permission.HANDLE_ALERTS}),
        (Role.OPERATOR, set()),
        (Role.OPERATOR_ADMIN, set()),
    ],
)
def test_a_role_may_do_this_and_no_more(role: Role, expected: set[Permission]) -> None:
    assert PERMISSIONS[role] == expected


def test_every_permission_belongs_to_some_role() -> None:
    assert frozenset[Permission]().union(*PERMISSIONS.values()) == set(Permission)


def test_roles_add_up() -> None:
    principal = make_principal(Role.VIEWER, Role.CUSTOMER)
    assert principal.permissions == PERMISSIONS[Role.VIEWER] | PERMISSIONS[Role.CUSTOMER]


def test_a_permission_holds_in_the_own_tenant() -> None:
    assert make_principal(Role.VIEWER).require(Permission.READ_DEVICES) == "acme"


def test_a_missing_permission_is_refused_by_name() -> None:
    with pytest.raises(NotPermittedError, match="alerts:handle"):
        make_principal(Role.VIEWER).require(Permission.HANDLE_ALERTS)


def test_without_a_tenant_nothing_of_a_tenant_is_permitted() -> None:
    with pytest.raises(NotPermittedError, match="no tenant"):
        make_principal(Role.TENANT_ADMIN, tenant_id=None).require(Permission.READ_DEVICES)


@pytest.mark.parametrize("names", [None, "customer", {"customer": 1}, [], ["Customer"], [["customer"]], [7]])
def test_what_is_no_list_of_roles_names_none(names: object) -> None:
    assert known_roles(names) == frozenset()


@pytest.mark.parametrize("tenant_id", ["acme", None])
@pytest.mark.parametrize("roles", [(), (Role.VIEWER,), tuple(Role)])
def test_a_principal_survives_the_authorizer_context(roles: tuple[Role, ...], tenant_id: str | None) -> None:
    principal = make_principal(*roles, tenant_id=tenant_id)
    assert all(isinstance(value, str) for value in principal.as_context().values())
    assert Principal.from_context(principal.as_context()) == principal


@pytest.mark.parametrize("context", [{}, {"refusal": "token_expired"}, {"user_id": "", "tenant_id": "acme"}])
def test_a_context_without_a_user_is_nobody(context: dict[str, str]) -> None:
    assert Principal.from_context(context) is None


def test_people_are_named_by_their_address() -> None:
    assert make_principal().name == "user@acme.example"
    assert Principal("user-1", "", frozenset(), None).name == "user-1"
