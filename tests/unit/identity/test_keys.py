"""Keys are fetched when they are needed and never on a stranger's whim."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from pulse import clock
from pulse.identity.errors import UnknownKeyError
from pulse.identity.keys import KeysUnavailableError, PublicKeys, fetch_keys
from tests.unit.identity.token_builder import key_set

NOON = datetime(2037, 11, 20, 12, 0, tzinfo=UTC)


class Pool:
    """Publishes keys, counts who asks, and can be away."""

    def __init__(self, *names: str) -> None:
        self.document: Mapping[str, Any] | None = key_set(*names)
        self.asked = 0

    def fetch(self) -> Mapping[str, Any]:
        self.asked += 1
        if self.document is None:
            message = "the pool is away"
            raise KeysUnavailableError(message)
        return self.document


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    def move(**after_noon: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(**after_noon))

    move()
    return move


def test_keys_are_fetched_once(at: Any) -> None:
    pool = Pool("key-1")
    keys = PublicKeys(pool.fetch)
    assert keys.find("key-1").key_id == "key-1"
    at(minutes=59)
    assert keys.find("key-1").key_id == "key-1"
    assert pool.asked == 1


def test_a_new_key_is_found_when_a_token_names_it(at: Any) -> None:
    pool = Pool("key-1")
    keys = PublicKeys(pool.fetch)
    keys.find("key-1")
    pool.document = key_set("key-1", "key-2")
    at(seconds=30)
    assert keys.find("key-2").key_id == "key-2"


def test_made_up_key_ids_do_not_become_requests_to_the_pool(at: Any) -> None:
    pool = Pool("key-1")
    keys = PublicKeys(pool.fetch)
    for second in range(60):
        at(seconds=second)
        with pytest.raises(UnknownKeyError):
            keys.find(f"made-up-{second}")
    assert pool.asked == 2


def test_a_withdrawn_key_is_believed_for_an_hour_at_most(at: Any) -> None:
    pool = Pool("key-1")
    keys = PublicKeys(pool.fetch)
    keys.find("key-1")
    pool.document = key_set("key-2")
    at(hours=1)
    with pytest.raises(UnknownKeyError):
        keys.find("key-1")


def test_a_pool_that_is_away_leaves_known_keys_in_force(at: Any) -> None:
    pool = Pool("key-1")
    keys = PublicKeys(pool.fetch)
    keys.find("key-1")
    pool.document = None
    at(hours=2)
    assert keys.find("key-1").key_id == "key-1"


def test_without_any_key_nothing_can_be_judged(at: Any) -> None:
    pool = Pool()
    pool.document = None
    keys = PublicKeys(pool.fetch)
    for _ in range(2):
        with pytest.raises(KeysUnavailableError):
            keys.find("key-1")
    assert pool.asked == 2
    assert at


@pytest.mark.usefixtures("at")
def test_only_signing_keys_of_the_right_kind_count() -> None:
    good = key_set("key-1")["keys"][0]
    others = [
        {**good, "kid": "encryption", "use": "enc"},
        {**good, "kid": "curve", "kty": "EC"},
        {**good, "kid": "broken", "n": "?"},
        {name: value for name, value in good.items() if name != "kid"},
    ]
    keys = PublicKeys(lambda: {"keys": [*others, good]})
    assert keys.find("key-1")
    for entry in others:
        with pytest.raises(UnknownKeyError):
            keys.find(entry.get("kid", ""))


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, json=["keys"]),
        httpx.ConnectError("refused"),
    ],
)
def test_an_answer_without_keys_is_an_outage(answer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def get(url: str, **_: Any) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        answer.request = httpx.Request("GET", url)
        return answer  # type: ignore[no-any-return]

    monkeypatch.setattr(httpx, "get", get)
    with pytest.raises(KeysUnavailableError):
        fetch_keys("https://pool.example/jwks.json")
