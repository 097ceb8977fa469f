"""Whatever an operator calls leaves its audit entry: tried on every route that is declared."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from pulse.api.routes import Route
from pulse.database import operator_session
from pulse.identity.permissions import Role
from pulse.identity.principal import Principal
from pulse.identity.users import Invitation, invite_user
from tests.builders import ACTOR, ORIGIN, Fleet
from tests.integration.operator_plane import OperatorPlane
from tests.integration.providers import PROVIDERS
from tests.integration.stack import Stack
from tests.routes import every_route, name_of, needs_of, parameters_of, path_of
from tests.unit.api.gateway import CALLER

ROUTES = [case for case in every_route() if case[1].path.startswith("/operator/")]


def _set_tenant(fleet: Fleet, status: str) -> None:
    with operator_session(user_id=ACTOR, reason="test", write=True) as connection:
        connection.execute("UPDATE tenants SET status = %s WHERE tenant_id = %s", (status, fleet.tenant_id))


def _suspend_subscription(fleet: Fleet) -> None:
    [row] = fleet.rows("SELECT subscription_id FROM subscriptions")
    path = f"/operator/subscriptions/{row['subscription_id']}/suspend"
    assert OperatorPlane().call("POST", path, body={"reason": "unpaid"})[0] == 200


# What has to be so for a route to succeed, beside the ids that it names.
CIRCUMSTANCES: dict[str, Callable[[Fleet], Any]] = {
    "operator_resume_subscription": _suspend_subscription,
    "operator_resume_tenant": lambda fleet: _set_tenant(fleet, "SUSPENDED"),
}


def _somebody_in_the_pool(fleet: Fleet) -> str:
    """An operator whose sessions the user pool can end."""
    admin = Principal(str(uuid4()), ACTOR, frozenset({Role.OPERATOR_ADMIN}), None)
    wanted = Invitation(email=f"operator@{fleet.tenant_id}.example", name="", role=Role.OPERATOR)
    return str(invite_user(admin, wanted, origin=ORIGIN).user_id)


@pytest.mark.parametrize("case", ROUTES, ids=name_of)
def test_a_call_of_an_operator_leaves_its_audit_entry(case: tuple[str, Route], fleet: Fleet, stack: Stack) -> None:
    assert stack
    _, route = case
    ids = {name: PROVIDERS[name].make(fleet) for name in parameters_of(route)}
    if prepare := CIRCUMSTANCES.get(route.operation_id):
        prepare(fleet)
    query, body = needs_of(route)
    if route.operation_id == "operator_create_subscription":
        body = {**(body or {}), "tenant_id": fleet.tenant_id}
    signs_out = route.operation_id == "operator_sign_out_everywhere"
    operators = OperatorPlane(user_id=_somebody_in_the_pool(fleet) if signs_out else CALLER["user_id"])
    status, _, text = operators.call(route.method, path_of(route, ids), query=query, body=body)
    assert status < 300, text
    assert operators.noted(), f"{route.method} {route.path} left no audit entry"
