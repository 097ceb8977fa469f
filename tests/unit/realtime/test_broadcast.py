"""In which order those who look are told."""

from datetime import timedelta

import orjson
import pytest

from pulse import clock
from pulse.clock import format_instant
from pulse.realtime import broadcast
from pulse.realtime.broadcast import Happening
from pulse.realtime.followers import Follower


def test_what_the_queue_hands_over_out_of_order_is_told_in_the_order_in_which_it_happened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    follower = Follower("connection", "acme", "ann", "session", "203.0.113.9", clock.now())
    said: list[bytes] = []
    monkeypatch.setattr(broadcast, "followers_of", lambda *_: [follower])
    monkeypatch.setattr(broadcast, "judge", lambda _: set())

    def send(_connection_id: str, message: bytes) -> bool:
        said.append(message)
        return True

    monkeypatch.setattr(broadcast, "send", send)
    happened = [
        Happening(event_type, {"tenant_id": "acme", "time": format_instant(clock.now() - timedelta(seconds=ago))})
        for event_type, ago in (("alert.closed", 1), ("alert.opened", 9), ("alert.acknowledged", 5))
    ]
    assert broadcast.broadcast(happened).messages == 3
    told = [orjson.loads(message)["type"] for message in said]
    assert told == ["alert.opened", "alert.acknowledged", "alert.closed"]
