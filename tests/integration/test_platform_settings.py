"""Operators read how the installation is set up, and operator-admins set the limits that hold for everybody."""

import pytest

from pulse.limits.definitions import LimitName, forget_limits, limits_of
from pulse.limits.rates import Rate
from tests.builders import Fleet
from tests.integration.operator_plane import OperatorPlane

PATH = "/operator/settings/limits/claim"


def test_a_limit_that_is_set_holds_for_everybody(fleet: Fleet) -> None:
    admin = OperatorPlane()
    before = next(limit for limit in admin.get("/settings")["limits"] if limit["name"] == "claim")
    status, after, text = admin.call("PUT", PATH, body={"default_rates": "7:60,70:3600"})
    assert status == 200, text
    assert {"settings.set_limit", "limit.change"} == set(admin.noted())
    assert (after["default_rates"], after["version"]) == ("7:60,70:3600", before["version"] + 1)
    forget_limits()
    assert limits_of(fleet.tenant_id)[LimitName.CLAIM].rates == (Rate(7, 60), Rate(70, 3600))
    assert admin.call("PUT", PATH, body={"default_rates": before["default_rates"]})[0] == 200
    forget_limits()


@pytest.mark.parametrize("rates", ["", "many", "0:60", "5"])
def test_rates_that_make_no_sense_are_named(fleet: Fleet, rates: str) -> None:
    assert fleet
    status, problem, _ = OperatorPlane().call("PUT", PATH, body={"default_rates": rates})
    assert (status, problem["errors"][0]["field"]) == (422, "default_rates")


def test_operators_read_what_they_may_not_set(fleet: Fleet) -> None:
    assert fleet
    operators = OperatorPlane("operator")
    settings = operators.get("/settings")
    assert {limit["name"] for limit in settings["limits"]} <= set(LimitName)
    assert settings["retention_days"]["telemetry"] == 90
    assert operators.call("PUT", PATH, body={"default_rates": "7:60"})[0] == 403
