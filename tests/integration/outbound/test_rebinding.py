"""A name whose address changes between two questions leads nobody inside: a real DNS server and real sockets."""

import socket
from collections.abc import Iterator
from ipaddress import ip_address

import pytest
from dnslib import QTYPE, RR, A, DNSRecord
from dnslib.server import BaseResolver, DNSHandler, DNSServer

from pulse.outbound import door
from pulse.outbound.addresses import Address
from pulse.outbound.errors import RefusedDestinationError
from pulse.outbound.http import HttpRequest, check_url, send_or_fail
from pulse.settings import settings
from tests.integration.outbound.servers import Receiver, running

NAME = "rebinding.example"
OUTSIDE, INSIDE = "127.0.0.2", "127.0.0.1"


class Rebinding(BaseResolver):  # type: ignore[misc]
    """Says OUTSIDE once, and INSIDE ever after; nobody may remember either."""

    def __init__(self) -> None:
        self.asked = 0

    def resolve(self, request: DNSRecord, _handler: DNSHandler) -> DNSRecord:
        self.asked += 1
        reply = request.reply()
        reply.add_answer(RR(NAME, QTYPE.A, ttl=0, rdata=A(OUTSIDE if self.asked == 1 else INSIDE)))
        return reply


@pytest.fixture
def rebinding(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rebinding]:
    """The name's server; the door asks it in place of the system's, whose port can't be chosen."""
    resolver = Rebinding()
    server = DNSServer(resolver, address="127.0.0.1", port=0)
    server.start_thread()

    def look_up(host: str) -> tuple[Address, ...]:
        place, port = server.server.server_address
        answer = DNSRecord.parse(DNSRecord.question(host).send(place, port, timeout=5))
        return tuple(ip_address(str(record.rdata)) for record in answer.rr)

    monkeypatch.setattr(door, "_look_up", look_up)
    monkeypatch.setenv("OUTBOUND_ALLOWED_NETWORKS", f"{OUTSIDE}/32")
    monkeypatch.setenv("OUTBOUND_ALLOW_PLAINTEXT", "true")
    settings.cache_clear()
    yield resolver
    settings.cache_clear()
    server.stop()
    server.server.server_close()


@pytest.fixture
def outside() -> Iterator[Receiver]:
    """Whom the name led to when it was looked at."""
    with running(Receiver(None, host=OUTSIDE)) as server:
        yield server


@pytest.fixture
def inside(outside: Receiver) -> Iterator[Receiver]:
    """Whom nobody may reach, at the same port."""
    with running(Receiver(None, host=INSIDE, port=outside.server_port)) as server:
        yield server


def request_to(server: Receiver) -> HttpRequest:
    return HttpRequest(method="POST", url=f"http://{NAME}:{server.server_port}/hook", headers={}, body=b"secret")


def test_a_request_goes_to_the_address_that_was_looked_at(
    rebinding: Rebinding, outside: Receiver, inside: Receiver
) -> None:
    assert send_or_fail(request_to(outside)).status == 200
    assert [request.headers["host"] for request in outside.received] == [f"{NAME}:{outside.server_port}"]
    assert inside.received == []
    assert rebinding.asked == 1


def test_a_name_that_has_moved_inside_since_it_was_saved_is_refused_before_anything_is_sent(
    rebinding: Rebinding, outside: Receiver, inside: Receiver
) -> None:
    check_url(request_to(outside).url)
    with pytest.raises(RefusedDestinationError, match=r"leads to 127\.0\.0\.1"):
        send_or_fail(request_to(outside))
    assert outside.received == inside.received == []
    assert rebinding.asked == 2
    with socket.create_connection((INSIDE, inside.server_port), timeout=5):
        pass  # it was there to be reached
