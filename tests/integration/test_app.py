"""The application and the API at one address, through the deployed distribution."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.integration.stack import Stack
from tests.integration.tenancy import Tenancy

PATIENCE = 60.0


@pytest.fixture
def door(stack: Stack) -> Iterator[httpx.Client]:
    """A client of the distribution. Names under .localhost are a browser's to know, so the Host header says it."""
    address = urlsplit(stack.description["app_url"])
    base = f"http://127.0.0.1:{address.port}"
    with httpx.Client(base_url=base, headers={"Host": address.netloc}, timeout=PATIENCE) as client:
        yield client


@pytest.mark.parametrize("path", ["/app/", "/app/devices/freezer.1", "/app/no-such-page", "/app/index.html"])
def test_every_address_of_the_application_is_its_page(path: str, door: httpx.Client) -> None:
    answer = door.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert '<div id="root">' in answer.text


def test_the_page_is_never_old_and_what_it_names_never_changes(door: httpx.Client) -> None:
    page = door.get("/app/")
    assert page.headers["cache-control"] == "no-cache"
    [script] = re.findall(r'src="(/app/assets/[^"]+\.js)"', page.text)
    assert "immutable" in door.get(script).headers["cache-control"]
    assert door.get("/app/config.json").headers["cache-control"] == "no-cache"


def test_a_file_that_is_gone_is_not_the_page(door: httpx.Client) -> None:
    assert door.get("/app/assets/index-gone.js").status_code in (403, 404)


def test_scripts_come_from_here_alone_and_nobody_frames_the_page(door: httpx.Client) -> None:
    policy = dict(
        part.strip().split(" ", 1) for part in door.get("/app/").headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "*" not in policy["connect-src"]


def test_the_bare_address_leads_to_the_application(door: httpx.Client) -> None:
    answer = door.get("/")
    assert (answer.status_code, answer.headers["location"]) == (302, "/app/")


def test_the_api_answers_in_its_own_words(stack: Stack, door: httpx.Client) -> None:
    authorization = {"Authorization": Tenancy(stack).admin.api.headers["Authorization"]}
    assert door.get("/customer/me", headers=authorization).status_code == 200
    missing = door.get("/customer/devices/nobody", headers=authorization)
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")


def test_an_allowlist_is_asked_for_the_viewers_address(stack: Stack, door: httpx.Client) -> None:
    """The distribution itself dials from 127.0.0.1, where these tests are as well, so both lists are tried."""
    let_in = Tenancy(stack, ip_allowlist=["127.0.0.0/8"])
    kept_out = Tenancy(stack, ip_allowlist=["192.0.2.0/24"])
    for tenancy, status in ((let_in, 200), (kept_out, 403)):
        headers = {
            "Authorization": tenancy.admin.api.headers["Authorization"],
            "Pulse-Viewer-Address": "192.0.2.7",
            "X-Forwarded-For": "192.0.2.7",
            "Pulse-Edge-Secret": "a guess",
        }
        assert door.get("/customer/me", headers=headers).status_code == status
        assert tenancy.admin.api.get("/customer/me", headers=headers).status_code == status
