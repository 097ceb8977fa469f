"""Short-lived state in the deployed table: the contract, callers at once, and a table that does not answer."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import boto3
import pytest

from pulse import clock, transient
from pulse.settings import settings
from pulse.transient import TransientUnavailableError, count_up, create_entry, read_entry
from tests.integration.stack import Stack
from tests.transient_contract import MINUTE, TransientContract, make_key

LOCAL = "127.0.0.1"


@pytest.fixture
def transient_table(stack: Stack) -> Iterator[str]:
    _start_anew()
    yield stack.outputs["TransientTableName"]
    _start_anew()


def _start_anew() -> None:
    settings.cache_clear()
    transient._client.cache_clear()
    transient.forget_failures()


class TestTable(TransientContract):
    """The deployed table."""


def test_of_many_at_once_one_creates(transient_table: str) -> None:
    assert transient_table
    key = make_key()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda turn: create_entry(key, {"turn": turn}, lifetime=MINUTE), range(16)))
    assert answers.count(None) == 1
    assert len({answer["turn"] for answer in answers if answer is not None}) == 1


def test_many_at_once_never_count_past_the_bound(transient_table: str) -> None:
    assert transient_table
    key = make_key()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: count_up(key, most=10, lifetime=MINUTE), range(30)))
    assert sorted(count for admitted, count in answers if admitted) == list(range(1, 11))


def test_the_table_forgets_by_itself(transient_table: str) -> None:
    answer = boto3.client("dynamodb").describe_time_to_live(TableName=transient_table)
    assert answer["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}


class SilentServer:
    """Takes connections and never says a word."""

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self.url = f"http://{LOCAL}:{listening.getsockname()[1]}"

    def connections(self) -> int:
        """How many there were so far; they end here."""
        count = 0
        self._listening.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                self._listening.accept()[0].close()
                count += 1
        return count


@pytest.fixture
def silent_server() -> Iterator[SilentServer]:
    with socket.create_server((LOCAL, 0)) as listening:
        yield SilentServer(listening)


def test_a_table_that_hangs_costs_its_timeout_once(
    transient_table: str, silent_server: SilentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert transient_table
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", silent_server.url)
    monkeypatch.setenv("TRANSIENT_TIMEOUT_MILLISECONDS", "200")
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    _start_anew()
    for _ in range(20):
        with pytest.raises(TransientUnavailableError):
            read_entry(make_key())
    assert silent_server.connections() == 1
