"""A tenant's own settings, as its people see and change them."""

from typing import Any

import psycopg
import pytest

from pulse.database import tenant_session
from pulse.identity.permissions import Role
from pulse.limits.definitions import forget_limits
from tests.builders import Fleet
from tests.integration.alert_inbox import Inbox

TENANT = "/customer/tenant"


def test_everybody_reads_the_tenant_and_what_limits_hold_for_it(fleet: Fleet) -> None:
    forget_limits()
    status, tenant = Inbox(fleet, Role.VIEWER).call("GET", TENANT)
    assert status == 200
    assert (tenant["tenant_id"], tenant["timezone"], tenant["ip_allowlist"]) == (fleet.tenant_id, "UTC", [])
    assert tenant["called_from"] == "198.51.100.7"
    assert tenant["limits"]["api_user"].count(":") >= 1


def test_a_change_leaves_what_is_not_named_needs_the_version_of_now_and_is_audited(fleet: Fleet) -> None:
    inbox = Inbox(fleet)
    _, before = inbox.call("GET", TENANT)
    tag = {"if-match": f'"{before["version"]}"'}
    status, after = inbox.call("PATCH", TENANT, body={"timezone": "Europe/Oslo"}, headers=tag)
    assert status == 200
    assert after == {**before, "timezone": "Europe/Oslo", "version": before["version"] + 1}
    assert inbox.call("PATCH", TENANT, body={"name": "Other"}, headers=tag)[0] == 412
    [entry] = fleet.rows("SELECT * FROM audit_log WHERE action = 'tenant.change'")
    assert (entry["subject"], entry["before"], entry["after"]) == (
        fleet.tenant_id,
        {"timezone": "UTC"},
        {"timezone": "Europe/Oslo"},
    )


def test_an_allowlist_that_would_shut_its_author_out_is_refused(fleet: Fleet) -> None:
    inbox = Inbox(fleet)
    status, problem = inbox.call("PATCH", TENANT, body={"ip_allowlist": ["203.0.113.0/24"]})
    assert (status, problem["errors"]) == (
        400,
        [{"field": "ip_allowlist", "reason": "would shut you out: you call from 198.51.100.7"}],
    )
    status, tenant = inbox.call("PATCH", TENANT, body={"ip_allowlist": ["203.0.113.0/24", "198.51.100.0/24"]})
    assert (status, tenant["ip_allowlist"]) == (200, ["203.0.113.0/24", "198.51.100.0/24"])
    assert inbox.call("PATCH", TENANT, body={"ip_allowlist": []})[1]["ip_allowlist"] == []


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"timezone": "Mars/Olympus"}, 422, "timezone"),
        ({"name": ""}, 422, "name"),
        ({"ip_allowlist": ["10.0.0.0/33"]}, 422, "ip_allowlist.0"),
        ({"status": "ACTIVE"}, 422, "status"),
    ],
)
def test_settings_that_make_no_sense_are_refused(fleet: Fleet, body: dict[str, Any], status: int, field: str) -> None:
    answered, problem = Inbox(fleet).call("PATCH", TENANT, body=body)
    assert (answered, [error["field"] for error in problem["errors"]]) == (status, [field])


def test_a_tenant_can_neither_resume_itself_nor_change_another(fleet: Fleet) -> None:
    with tenant_session(fleet.tenant_id) as connection:
        others = connection.execute("UPDATE tenants SET name = 'x' WHERE tenant_id <> %s", (fleet.tenant_id,))
        assert others.rowcount == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege), tenant_session(fleet.tenant_id) as connection:
        connection.execute("UPDATE tenants SET status = 'ACTIVE' WHERE tenant_id = %s", (fleet.tenant_id,))
