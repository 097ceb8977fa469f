"""Whose word on a caller's address is believed."""

from collections.abc import Iterator
from ipaddress import ip_address

import pytest

from pulse.identity.edge import callers_address
from pulse.settings import settings

SECRET = "only the distribution knows"
EDGE, VIEWER = "130.176.1.1", "203.0.113.9"


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EDGE_SECRET", SECRET)
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize("name", ["pulse-edge-secret", "Pulse-Edge-Secret"])
def test_the_distribution_is_believed(name: str) -> None:
    assert callers_address(EDGE, {name: SECRET, "pulse-viewer-address": VIEWER}) == ip_address(VIEWER)
    assert callers_address(EDGE, {name: SECRET, "Pulse-Viewer-Address": "2001:db8::7"}) == ip_address("2001:db8::7")


@pytest.mark.parametrize("secret", ["", "a guess", SECRET[:-1], SECRET + " ", "schlüssel"])
def test_who_does_not_know_the_secret_is_at_the_other_end_of_the_connection(secret: str) -> None:
    headers = {"pulse-edge-secret": secret, "pulse-viewer-address": "10.0.0.1", "x-forwarded-for": "10.0.0.1"}
    assert callers_address(VIEWER, headers) == ip_address(VIEWER)


def test_without_a_secret_nobody_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGE_SECRET", "")
    settings.cache_clear()
    headers = {"pulse-edge-secret": "", "pulse-viewer-address": "10.0.0.1"}
    assert callers_address(VIEWER, headers) == ip_address(VIEWER)


@pytest.mark.parametrize("viewer", [None, "", "unknown", "10.0.0.1, 10.0.0.2"])
def test_an_edge_that_names_no_address_is_nobodys(viewer: str | None) -> None:
    headers = {"pulse-edge-secret": SECRET} | ({} if viewer is None else {"pulse-viewer-address": viewer})
    assert callers_address(EDGE, headers) is None
