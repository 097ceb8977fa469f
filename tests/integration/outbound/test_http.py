"""HTTP through the door, with real servers on the other side."""

import pytest
import trustme

from pulse.outbound.errors import OutboundError, RefusedDestinationError
from pulse.outbound.http import MAXIMUM_ANSWER_BYTES, HttpRequest, send, send_or_fail
from pulse.settings import settings
from tests.integration.outbound.servers import (
    NAME,
    Receiver,
    Reply,
    local_destinations_allowed,
    receiver,
    server_context,
)


def post(server: Receiver, path: str = "/hook") -> HttpRequest:
    headers = {"Content-Type": "application/json", "X-Token": "7"}
    return HttpRequest(method="POST", url=server.url + path, headers=headers, body=b'{"a": 1}')


def test_a_request_arrives_as_it_was_made(https_receiver: Receiver) -> None:
    https_receiver.replies = [Reply(status=202, body=b"taken", headers={"X-Request": "r-1"})]
    answer = send_or_fail(post(https_receiver, "/hook?a=b%20c"))
    assert (answer.status, answer.body, answer.headers["x-request"]) == (202, b"taken", "r-1")
    [request] = https_receiver.received
    assert (request.method, request.path, request.body) == ("POST", "/hook?a=b%20c", b'{"a": 1}')
    assert request.headers["host"] == f"{NAME}:{https_receiver.server_port}"
    assert request.headers["x-token"] == "7"


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        *((status, True) for status in (301, 400, 401, 404, 410, 501)),
        *((status, False) for status in (408, 425, 429, 500, 502, 503, 504)),
    ],
)
def test_a_status_says_whether_to_try_again(https_receiver: Receiver, status: int, permanent: bool) -> None:
    https_receiver.replies = [Reply(status=status, body=b"no\x00such hook", headers={"Retry-After": "120"})]
    with pytest.raises(OutboundError) as caught:
        send_or_fail(post(https_receiver))
    error = caught.value
    assert (error.status, error.permanent, error.answer) == (status, permanent, "no such hook")
    assert error.retry_after_seconds == 120


def test_a_redirect_is_not_followed(https_receiver: Receiver) -> None:
    https_receiver.replies = [Reply(status=307, headers={"Location": "http://169.254.169.254/latest/meta-data"})]
    with pytest.raises(OutboundError, match="307") as caught:
        send_or_fail(post(https_receiver))
    assert caught.value.permanent
    assert len(https_receiver.received) == 1


def test_a_huge_answer_is_not_read_to_its_end(https_receiver: Receiver) -> None:
    https_receiver.replies = [Reply(body=b"x" * 20_000_000)]
    assert len(send(post(https_receiver)).body) == MAXIMUM_ANSWER_BYTES


def test_an_answer_that_drips_is_cut_off(https_receiver: Receiver) -> None:
    https_receiver.replies = [Reply(body=b"x" * 1000, drip_seconds=0.1)]
    with pytest.raises(OutboundError, match="within 1 seconds") as caught:
        send(post(https_receiver), seconds=1)
    assert not caught.value.permanent


def test_a_certificate_of_another_name_is_refused(authority: trustme.CA, local_destinations: None) -> None:
    assert local_destinations is None
    with receiver(server_context(authority, "other.example")) as server:
        with pytest.raises(OutboundError, match="certificate") as caught:
            send(post(server))
        assert caught.value.permanent
        assert server.received == []


def test_a_certificate_that_nobody_vouches_for_is_refused(local_destinations: None) -> None:
    assert local_destinations is None
    with receiver(server_context(trustme.CA())) as server, pytest.raises(OutboundError, match="certificate"):
        send(post(server))


def test_plain_http_is_refused_unless_the_operator_allows_it(
    local_destinations: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert local_destinations is None
    with receiver() as server:
        with pytest.raises(RefusedDestinationError, match="without TLS"):
            send(post(server))
        with local_destinations_allowed(monkeypatch, plaintext=True):
            assert send(post(server)).status == 200


def test_this_machine_is_refused_unless_the_operator_allows_it(
    https_receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTBOUND_ALLOWED_NETWORKS", "")
    settings.cache_clear()
    with pytest.raises(RefusedDestinationError, match="loopback"):
        send(post(https_receiver))
    assert https_receiver.received == []


def test_nobody_at_the_port_is_worth_another_try(https_receiver: Receiver) -> None:
    request = post(https_receiver)
    https_receiver.shutdown()
    https_receiver.server_close()
    with pytest.raises(OutboundError, match="refused") as caught:
        send(request)
    assert not caught.value.permanent
