"""The rules of administering users: nobody themselves, never the last one, no role of the other plane."""

from datetime import UTC, datetime
from itertools import product
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.errors import ConflictError, InvalidInputError, NotPermittedError
from pulse.identity.permissions import Role
from pulse.identity.user import (
    Administrator,
    User,
    UserStatus,
    administrator_role,
    require_another_administrator,
    require_fitting_role,
    require_somebody_else,
)

NOON = datetime(2037, 11, 20, 12, 0, tzinfo=UTC)


def make_user(
    role: Role = Role.TENANT_ADMIN, status: UserStatus = UserStatus.ACTIVE, *, user_id: UUID | None = None
) -> User:
    return User(
        user_id=user_id or uuid4(),
        email="someone@acme.example",
        name="",
        tenant_id=None if role.is_of_operators else "acme",
        role=role,
        status=status,
        is_federated=False,
        created_at=NOON,
        last_seen_at=None,
        version=1,
    )


def other(status: UserStatus) -> Administrator:
    return Administrator(uuid4(), status)


@pytest.mark.parametrize("role", [Role.TENANT_ADMIN, Role.OPERATOR_ADMIN])
def test_the_last_administrator_stays(role: Role) -> None:
    user = make_user(role)
    with pytest.raises(ConflictError, match=role.value):
        require_another_administrator(user, [Administrator(user.user_id, user.status)])
    require_another_administrator(user, [Administrator(user.user_id, user.status), other(UserStatus.ACTIVE)])


@pytest.mark.parametrize("status", [UserStatus.INVITED, UserStatus.DISABLED])
def test_who_can_not_sign_in_yet_or_any_more_does_not_replace_one_who_can(status: UserStatus) -> None:
    with pytest.raises(ConflictError):
        require_another_administrator(make_user(), [other(status)])


def test_an_invitation_may_replace_another() -> None:
    invited = make_user(status=UserStatus.INVITED)
    require_another_administrator(invited, [other(UserStatus.INVITED)])
    with pytest.raises(ConflictError):
        require_another_administrator(invited, [other(UserStatus.DISABLED)])


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CUSTOMER, Role.OPERATOR])
def test_who_does_not_administer_is_never_the_last(role: Role) -> None:
    require_another_administrator(make_user(role), [])


def test_who_is_disabled_already_takes_nothing_away() -> None:
    require_another_administrator(make_user(status=UserStatus.DISABLED), [])


@given(st.lists(st.sampled_from(UserStatus), min_size=1, max_size=6), st.data())
def test_removing_one_after_the_other_leaves_somebody_who_can_sign_in(
    statuses: list[UserStatus], data: st.DataObject
) -> None:
    administrators = [Administrator(uuid4(), status) for status in statuses if status is not UserStatus.DELETED]
    had_one = any(administrator.status is UserStatus.ACTIVE for administrator in administrators)
    for _ in range(len(administrators)):
        gone = data.draw(st.sampled_from(administrators))
        user = make_user(status=gone.status, user_id=gone.user_id)
        try:
            require_another_administrator(user, administrators)
        except ConflictError:
            continue
        administrators.remove(gone)
        if not administrators:
            break
    assert any(administrator.status is UserStatus.ACTIVE for administrator in administrators) == had_one


def test_nobody_changes_their_own_standing() -> None:
    user_id = uuid4()
    require_somebody_else(user_id, str(uuid4()))
    require_somebody_else(user_id, "key:abcdefghijkl")
    with pytest.raises(NotPermittedError):
        require_somebody_else(user_id, str(user_id))


@pytest.mark.parametrize(("role", "tenant_id"), list(product(Role, ["acme", None])))
def test_a_role_fits_its_plane(role: Role, tenant_id: str | None) -> None:
    fits = role.is_of_operators == (tenant_id is None)
    if fits:
        require_fitting_role(role, tenant_id)
    else:
        with pytest.raises(InvalidInputError, match=role.value):
            require_fitting_role(role, tenant_id)
    assert administrator_role(tenant_id).is_of_operators == (tenant_id is None)
