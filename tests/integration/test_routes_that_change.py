"""Every route that changes something: not on the ground of an outdated reading, not twice for one request, and not
without an entry in the audit log. Every look of an operator leaves one as well.

Generated from the declarations, in this process, on the scenario database and the deployed table of short-lived state.
"""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from pulse import clock
from pulse.api.etags import IfMatch
from pulse.api.routes import PUBLIC, Route
from pulse.database import ingest_session
from pulse.reports.availability import Interval
from pulse.reports.managing import list_runs
from pulse.reports.plan import ReportCadence
from pulse.reports.report import ReportStatus
from pulse.reports.run_store import begin_run
from pulse.subscriptions.lifecycle import SubscriptionKind
from tests.builders import Fleet
from tests.integration.providers import (
    PROVIDERS,
    make_alert,
    make_catalog_metric,
    make_gateway_and_addon,
    make_maintenance_that_is_on,
    make_notification_channel,
    make_notification_job,
)
from tests.integration.subscribing import subscribe
from tests.routes import apis, every_route, name_of, needs_of, parameters_of, path_of, some_role_for
from tests.unit.api.gateway import CALLER, make_context, make_event


def make_device_of_another_subscription(fleet: Fleet) -> None:
    subscribe(fleet.tenant_id, kind=SubscriptionKind.TEMPORARY)
    fleet.add_device("freezer-2")


def make_due_report(fleet: Fleet) -> str:
    """A report that is to be made tomorrow, so that no sweep of a stack takes it meanwhile."""
    now = clock.now()
    with ingest_session() as connection:
        day = Interval(now - timedelta(days=1), now)
        recipients = ["ops@acme.example"]
        begin_run(
            connection, fleet.tenant_id, ReportCadence.DAILY, day, recipients=recipients, now=now + timedelta(days=1)
        )
    [run] = list_runs(fleet.tenant_id, status=ReportStatus.PENDING, limit=1, after=None).runs
    return str(run.report_id)


# What the tenant has to have before a route can be called with success, by its operation id.
BEFORE: dict[str, Callable[[Fleet], object]] = {
    "add_metric_mapping": make_catalog_metric,
    "create_notification_routing_rule": make_notification_channel,
    "create_integration_route": make_notification_channel,
    "replay_notification_channel": make_notification_job,
    "create_target": make_gateway_and_addon,
    "import_targets": make_gateway_and_addon,
    "move_devices_to_subscription": make_device_of_another_subscription,
    "operator_move_devices_to_subscription": make_device_of_another_subscription,
}
# Things of another kind than the parameter's usual one, by operation id and parameter.
OTHER_IDS: dict[str, dict[str, Callable[[Fleet], str]]] = {
    "cancel_report": {"report_id": make_due_report},
    "end_maintenance_window": {"window_id": make_maintenance_that_is_on},
}
# What has to be done to the same thing first, so that there is something to change.
FIRST = {
    "delete_device": "decommission_device",
    "enable_user": "disable_user",
    "enable_alert_rule": "disable_alert_rule",
    "unacknowledge_alert": "acknowledge_alert",
    "unsilence_alert": "silence_alert",
    "resume_device": "suspend_device",
    "add_device_to_group": "remove_device_from_group",
    "operator_enable_user": "operator_disable_user",
    "operator_resume_tenant": "operator_suspend_tenant",
    "operator_resume_subscription": "operator_suspend_subscription",
}
# Bodies that name something of the tenant's.
BODIES_ABOUT: dict[str, Callable[[Fleet], dict[str, Any]]] = {
    "add_devices_to_group": lambda fleet: {"device_ids": [fleet.add_device("freezer-2")]},
    "move_devices_to_subscription": lambda _fleet: {"device_ids": ["freezer-2"]},
    "operator_move_devices_to_subscription": lambda _fleet: {"device_ids": ["freezer-2"]},
    "operator_create_subscription": lambda fleet: {
        "tenant_id": fleet.tenant_id,
        "kind": "MAIN",
        "name": "Fleet",
        "device_limit": 100,
    },
    "handle_alerts": lambda fleet: {"action": "acknowledge", "alert_ids": [make_alert(fleet)]},
}
# These end the sessions of a caller whom the user pool has to know: tests/integration/test_users.py.
NEED_A_PERSON = {"sign_out_everywhere", "operator_sign_out_everywhere"}
# Questions that are too long for an address, and a way in for half a minute.
CHANGE_NOTHING = {"backtest_alert_rule", "create_ticket", "try_addon"}
# Nobody is asked who they are; what a code does is seen in tests/integration/test_activation.py.
CHANGING = [
    case
    for case in every_route()
    if case[1].method != "GET"
    and case[1].operation_id not in NEED_A_PERSON | CHANGE_NOTHING
    and case[1].permission is not PUBLIC
]
# What an operator is told of themselves.
LOOK_AT_NO_TENANT = {"operator_get_profile"}
LOOKING = [
    case
    for case in every_route()
    if case[1].method == "GET"
    and case[1].path.startswith("/operator/")
    and case[1].operation_id not in LOOK_AT_NO_TENANT
]
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
        operation = self._route.operation_id
        others = OTHER_IDS.get(operation, {})
        self._ids = {name: others.get(name, PROVIDERS[name].make)(fleet) for name in parameters_of(self._route)}
        self._query, self._body = needs_of(self._route)
        if operation in BODIES_ABOUT:
            self._body = BODIES_ABOUT[operation](fleet)
        if operation in FIRST:
            [first] = [case for case in every_route() if case[1].operation_id == FIRST[operation]]
            assert self._send(*first, needs_of(first[1]), request_id="first")["statusCode"] < 300

    def call(self, *, request_id: str = "test", **headers: str) -> tuple[int, dict[str, str], dict[str, Any]]:
        """Status, headers and document of the answer; a header's name is written with underscores."""
        needs = self._query, self._body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._send(self._folder, self._route, needs, request_id=request_id, headers=named)
        is_json = answer["body"] and "json" in answer["headers"]["Content-Type"]
        return answer["statusCode"], answer["headers"], json.loads(answer["body"]) if is_json else {}

    def _send(
        self,
        folder: str,
        route: Route,
        needs: tuple[dict[str, str], dict[str, Any] | None],
        *,
        request_id: str,
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        query, body = needs
        path = path_of(route, self._ids)
        event = make_event(
            route.method, path, query=query, body=body, authorizer=self._authorizer, headers=headers or {}
        )
        event["requestContext"]["requestId"] = request_id
        return apis()[folder].handle(event, make_context())


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


@pytest.fixture(scope="module")
def owner(scenario_owner_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(scenario_owner_url, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("case", CHANGING, ids=name_of)
def test_a_change_is_in_the_audit_log_with_who_and_the_request(
    case: tuple[str, Route], fleet: Fleet, owner: psycopg.Connection[Any]
) -> None:
    request_id = str(uuid4())
    assert Caller(case, fleet).call(request_id=request_id)[0] < 300
    entries = owner.execute(
        "SELECT actor, host(ip_address) FROM audit_log WHERE request_id = %s", (request_id,)
    ).fetchall()
    # An operator's session has an entry of its own, before that of the change.
    assert len(entries) >= (2 if case[1].path.startswith("/operator/") else 1)
    assert set(entries) == {(CALLER["user_id"], "198.51.100.7")}


@pytest.mark.parametrize("case", LOOKING, ids=name_of)
def test_a_look_of_an_operator_is_in_the_audit_log(
    case: tuple[str, Route], fleet: Fleet, owner: psycopg.Connection[Any]
) -> None:
    request_id = str(uuid4())
    assert Caller(case, fleet).call(request_id=request_id)[0] == 200
    entries = owner.execute("SELECT actor, cross_tenant FROM audit_log WHERE request_id = %s", (request_id,)).fetchall()
    assert entries == [(CALLER["user_id"], True)]


@pytest.fixture(scope="module")
def refused_request(owner: psycopg.Connection[Any]) -> Iterator[str]:
    """The id of a request of which the audit log takes no entry."""
    request_id = str(uuid4())
    owner.execute(f"ALTER TABLE audit_log ADD CONSTRAINT full_log CHECK (request_id <> '{request_id}')".encode())
    yield request_id
    owner.execute("ALTER TABLE audit_log DROP CONSTRAINT full_log")


@pytest.mark.parametrize("case", [*CHANGING, *LOOKING], ids=name_of)
def test_what_can_not_be_audited_does_not_happen(
    case: tuple[str, Route], fleet: Fleet, owner: psycopg.Connection[Any], refused_request: str
) -> None:
    caller = Caller(case, fleet)
    before = everything_in(owner)
    assert caller.call(request_id=refused_request)[0] == 500
    assert everything_in(owner) == before


def everything_in(owner: psycopg.Connection[Any]) -> dict[str, tuple[int, int]]:
    """Rows and a checksum of each table but the readings of devices."""
    tables = owner.execute(
        """
        SELECT relname FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
          AND relname NOT IN (SELECT hypertable_name FROM timescaledb_information.hypertables)
        """
    ).fetchall()
    query = sql.SQL("SELECT count(*), sum(hashtextextended(content::text, 0)) FROM {} AS content")
    return {name: owner.execute(query.format(sql.Identifier(name))).fetchone() or (0, 0) for (name,) in tables}
