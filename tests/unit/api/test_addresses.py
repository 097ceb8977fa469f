"""The tenant's networks are asked for with each request: the authorizer's answer may be another viewer's."""

import pytest

from pulse.api.request import principal, request_of
from pulse.identity.errors import AddressRefusedError
from tests.unit.api.gateway import CALLER, make_event

ALLOWED = {**CALLER, "networks": "198.51.100.0/24 2001:db8::/32"}


def request_from(address: str, authorizer: dict[str, str]) -> dict[str, object]:
    event = make_event("GET", "/customer/me", authorizer=authorizer)
    event["requestContext"]["http"]["sourceIp"] = address
    return event


@pytest.mark.parametrize("address", ["198.51.100.7", "2001:db8::7"])
def test_an_address_within_the_networks_is_let_in(address: str) -> None:
    with request_of(request_from(address, ALLOWED)):
        assert principal().tenant_id == CALLER["tenant_id"]


@pytest.mark.parametrize("address", ["203.0.113.9", "2001:db9::7", ""])
def test_any_other_is_not(address: str) -> None:
    with request_of(request_from(address, ALLOWED)), pytest.raises(AddressRefusedError):
        principal()


def test_without_networks_everybody_is() -> None:
    with request_of(request_from("203.0.113.9", CALLER)):
        assert principal().tenant_id == CALLER["tenant_id"]
