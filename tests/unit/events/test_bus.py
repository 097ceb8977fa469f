"""What becomes of events that the bus takes, refuses, or can't be given."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError

from pulse.events import bus
from pulse.events.bus import BusEvent, BusUnavailableError, put_events
from pulse.settings import settings

type Entries = Sequence[dict[str, str]]


class FakeClient:
    """EventBridge as far as it is called; `answer` decides over the entries of each call."""

    def __init__(self, answer: Callable[[Entries], list[dict[str, str]]]) -> None:
        self._answer = answer
        self.calls: list[int] = []

    def put_events(self, *, Entries: Entries) -> dict[str, Any]:  # noqa: N803 (boto3's own name)
        self.calls.append(len(Entries))
        return {"Entries": self._answer(Entries)}


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Entries], list[dict[str, str]]]], FakeClient]:
    """Put a client in the place of boto3's."""
    monkeypatch.setenv("EVENT_BUS_NAME", "pulse")
    settings.cache_clear()

    def install(answer: Callable[[Entries], list[dict[str, str]]]) -> FakeClient:
        fake = FakeClient(answer)
        monkeypatch.setattr(bus, "_client", lambda: fake)
        return fake

    return install


def events(count: int) -> list[BusEvent]:
    return [BusEvent(f"e-{number}", "alert.opened", f'{{"n": {number}}}') for number in range(count)]


def taken(entries: Entries) -> list[dict[str, str]]:
    return [{"EventId": "x"} for _ in entries]


def fails(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "PutEvents")


def test_ten_events_go_in_a_call(client: Any) -> None:
    fake = client(taken)
    assert put_events(events(23)).taken == [event.event_id for event in events(23)]
    assert fake.calls == [10, 10, 3]


def test_an_event_that_the_bus_refuses_is_named_with_the_reason(client: Any) -> None:
    def refuse_one(entries: Entries) -> list[dict[str, str]]:
        return [
            {"ErrorCode": "MalformedDetail", "ErrorMessage": "bad"} if '"n": 1}' in entry["Detail"] else {}
            for entry in entries
        ]

    client(refuse_one)
    publication = put_events(events(3))
    assert publication.taken == ["e-0", "e-2"]
    assert publication.refused == {"e-1": "MalformedDetail: bad"}


@pytest.mark.parametrize(
    "error", [fails("ValidationException"), ParamValidationError(report="Invalid length for Entries[1].Detail")]
)
def test_an_event_that_makes_a_call_fail_does_not_hold_back_its_neighbours(client: Any, error: Exception) -> None:
    def choke(entries: Entries) -> list[dict[str, str]]:
        if any('"n": 1}' in entry["Detail"] for entry in entries):
            raise error
        return taken(entries)

    client(choke)
    publication = put_events(events(12))
    assert sorted(publication.taken) == sorted(f"e-{number}" for number in range(12) if number != 1)
    assert publication.refused.keys() == {"e-1"}
    assert publication.unavailable is None


@pytest.mark.parametrize(
    "error",
    [fails("ThrottlingException"), fails("AccessDeniedException"), EndpointConnectionError(endpoint_url="https://bus")],
)
def test_a_bus_that_takes_nothing_blames_no_event_and_is_not_asked_again(client: Any, error: Exception) -> None:
    def first_ten_only(entries: Entries) -> list[dict[str, str]]:
        if '"n": 0}' in entries[0]["Detail"]:
            return taken(entries)
        raise error

    fake = client(first_ten_only)
    publication = put_events(events(30))
    assert len(publication.taken) == 10
    assert publication.refused == {}
    assert isinstance(publication.unavailable, BusUnavailableError)
    assert fake.calls == [10, 10]
