"""Every route that changes something: not on the ground of an outdated reading, and not twice for one request.

Generated from the declarations, in this process, on the scenario database and the deployed table of short-lived state.
"""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from pulse.api.etags import IfMatch
from pulse.api.routes import Route
from pulse.identity.permissions import Role
from pulse.identity.principal import Origin, Principal
from pulse.tenants.administration import suspend_tenant
from tests.builders import ACTOR, Fleet
from tests.integration.test_routes import PROVIDERS, make_catalog_metric
from tests.routes import apis, every_route, name_of, needs_of, parameters_of, path_of, some_role_for
from tests.unit.api.gateway import CALLER, make_context, make_event


def suspend(fleet: Fleet) -> None:
    operator = Principal(str(uuid4()), ACTOR, frozenset({Role.OPERATOR_ADMIN}), None)
    suspend_tenant(operator, fleet.tenant_id, reason="unpaid", if_match=None, origin=Origin(None, "test"))


# What has to have happened before a route can be called with success, by its operation id.
BEFORE: dict[str, Callable[[Fleet], object]] = {
    "operator_resume_tenant": suspend,
    "add_metric_mapping": make_catalog_metric,
}
# These end the sessions of a caller whom the user pool has to know: tests/integration/test_users.py.
NEED_A_PERSON = {"sign_out_everywhere", "operator_sign_out_everywhere"}
EDITING = [case for case in every_route() if IfMatch in case[1].function.__annotations__.values()]
REPEATABLE = [
    case for case in every_route() if case[1].takes_idempotency_key and case[1].operation_id not in NEED_A_PERSON
]


class Caller:
    """Somebody who may call a route, in a tenant that has what the route is about."""

    def __init__(self, case: tuple[str, Route], fleet: Fleet) -> None:
        self._folder, self._route = case
        role = some_role_for(self._route)
        tenant_id = "" if role.is_of_operators else fleet.tenant_id
        self._authorizer = {**CALLER, "roles": role.value, "tenant_id": tenant_id}
        if self._route.operation_id in BEFORE:
            BEFORE[self._route.operation_id](fleet)
        self._query, self._body = needs_of(self._route)
        self._ids = {name: PROVIDERS[name].make(fleet) for name in parameters_of(self._route)}

    def call(self, **headers: str) -> tuple[int, dict[str, str], dict[str, Any]]:
        """Status, headers and document of the answer; a header's name is written with underscores."""
        event = make_event(
            self._route.method,
            path_of(self._route, self._ids),
            query=self._query,
            body=self._body,
            authorizer=self._authorizer,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
        answer = apis()[self._folder].handle(event, make_context())
        return answer["statusCode"], answer["headers"], json.loads(answer["body"]) if answer["body"] else {}


@pytest.mark.parametrize("case", EDITING, ids=name_of)
def test_a_change_of_an_outdated_version_is_refused(case: tuple[str, Route], fleet: Fleet) -> None:
    caller = Caller(case, fleet)
    assert caller.call(if_match='"2000000000"')[0] == 412
    assert caller.call(if_match="2000000000")[0] == 422
    status, headers, _ = caller.call(if_match="*")
    assert status < 300
    # Whoever goes on editing needs the version that the change has made.
    assert status == 204 or headers["ETag"]


@pytest.mark.parametrize("case", REPEATABLE, ids=name_of)
def test_the_same_request_again_is_not_carried_out_again(case: tuple[str, Route], fleet: Fleet) -> None:
    caller = Caller(case, fleet)
    key = str(uuid4())
    status, headers, document = caller.call(idempotency_key=key)
    assert status < 300, document
    assert "Idempotency-Replayed" not in headers
    again_status, again_headers, again = caller.call(idempotency_key=key)
    if case[1].answers_secret:
        assert again_status == 409
        assert "not kept" in again["detail"]
    else:
        assert (again_status, again, again_headers.get("ETag")) == (status, document, headers.get("ETag"))
        assert again_headers["Idempotency-Replayed"] == "true"
