"""The door resolves once, looks at every address, and goes to the one that it looked at."""

import socket
from collections.abc import Callable
from ipaddress import ip_address

import pytest

from pulse.outbound import door
from pulse.outbound.addresses import Address
from pulse.outbound.door import check_destination, open_connection
from pulse.outbound.errors import OutboundError, RefusedDestinationError
from pulse.outbound.http import check_url
from pulse.settings import settings

PUBLIC, PRIVATE = "93.184.215.14", "10.0.0.8"


class Resolver:
    """Answers a name's questions one after the other; the last answer is repeated."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str) -> tuple[Address, ...]:
        self.asked.append(host)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return tuple(ip_address(text) for text in answer)


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Resolver]:
    def install(*answers: list[str]) -> Resolver:
        resolver = Resolver(*answers)
        monkeypatch.setattr(door, "_look_up", resolver)
        return resolver

    return install


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Where sockets were opened to; the network itself is not touched."""
    places: list[tuple[str, int]] = []

    def open_socket(address: Address, port: int, _seconds: float) -> socket.socket:
        places.append((str(address), port))
        return socket.socket()

    monkeypatch.setattr(door, "_open_socket", open_socket)
    return places


def test_the_connection_goes_to_the_address_that_was_looked_at(
    resolve: Callable[..., Resolver], opened: list[tuple[str, int]]
) -> None:
    resolver = resolve([PUBLIC], [PRIVATE])
    open_connection("rebinding.example", 443, seconds=1).close()
    assert opened == [(PUBLIC, 443)]
    assert resolver.asked == ["rebinding.example"]


def test_a_name_that_has_moved_inside_since_it_was_saved_is_refused_when_it_is_used(
    resolve: Callable[..., Resolver], opened: list[tuple[str, int]]
) -> None:
    resolve([PUBLIC], [PRIVATE])
    check_url("https://rebinding.example/hook")
    with pytest.raises(RefusedDestinationError, match="private"):
        open_connection("rebinding.example", 443, seconds=1)
    assert opened == []


def test_one_private_address_among_public_ones_is_enough_to_refuse(
    resolve: Callable[..., Resolver], opened: list[tuple[str, int]]
) -> None:
    resolve([PUBLIC, PRIVATE, "2606:4700::1111"])
    with pytest.raises(RefusedDestinationError, match=r"leads to 10\.0\.0\.8"):
        open_connection("mixed.example", 443, seconds=1)
    assert opened == []


def test_the_next_address_is_tried_when_one_does_not_answer(
    resolve: Callable[..., Resolver], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve(["2606:4700::1111", PUBLIC, "93.184.215.15"])
    tried: list[str] = []

    def refuse_all_but_the_last(address: Address, _port: int, _seconds: float) -> socket.socket:
        tried.append(str(address))
        if len(tried) < 3:
            raise ConnectionRefusedError
        return socket.socket()

    monkeypatch.setattr(door, "_open_socket", refuse_all_but_the_last)
    open_connection("several.example", 443, seconds=1).close()
    assert tried == [PUBLIC, "93.184.215.15", "2606:4700::1111"]


def test_nobody_there_is_worth_another_try(resolve: Callable[..., Resolver], monkeypatch: pytest.MonkeyPatch) -> None:
    resolve([PUBLIC])

    def refuse(*_: object) -> socket.socket:
        raise ConnectionRefusedError

    monkeypatch.setattr(door, "_open_socket", refuse)
    with pytest.raises(OutboundError) as caught:
        open_connection("away.example", 443, seconds=1)
    assert not caught.value.permanent


def test_a_name_that_is_not_resolved_is_worth_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_host: str) -> tuple[Address, ...]:
        raise socket.gaierror

    monkeypatch.setattr(door, "_look_up", fail)
    with pytest.raises(OutboundError, match="can't be resolved") as caught:
        check_destination("nowhere.example", 443)
    assert not caught.value.permanent


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/x",
        "ftp://hooks.example/x",
        "file:///etc/passwd",
        "https://user:password@hooks.example/x",
        "https:///x",
        "//hooks.example",
        "hooks.example",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:169.254.169.254]/latest/meta-data",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://metadata.google.internal/",
        "https://hooks.example:0/",
        "https://hooks.example:99999/",
        "https://hooks.example/\r\nX: y",
        "https://hooks.example/" + "x" * 2048,
    ],
)
def test_nothing_is_sent_to_what_is_no_public_https_url(url: str, resolve: Callable[..., Resolver]) -> None:
    resolver = resolve([PUBLIC])
    with pytest.raises(RefusedDestinationError):
        check_url(url)
    assert resolver.asked == []


@pytest.mark.parametrize("url", ["https://xn--/", "https://xn--a.example/x"])
def test_punycode_that_stands_for_nothing_is_no_host_name(url: str) -> None:
    with pytest.raises(RefusedDestinationError, match="is not a host name"):
        check_url(url)


def test_the_operator_may_allow_a_network_and_plain_http(
    resolve: Callable[..., Resolver], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve([PRIVATE])
    monkeypatch.setenv("OUTBOUND_ALLOWED_NETWORKS", "192.168.4.0/24, 10.0.0.0/29,10.0.0.8/32")
    monkeypatch.setenv("OUTBOUND_ALLOW_PLAINTEXT", "true")
    settings.cache_clear()
    try:
        check_url("http://gateway.example:8080/hook")
    finally:
        settings.cache_clear()
