"""Tell those who look what has happened."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import orjson

from pulse import clock
from pulse.logging import logger
from pulse.realtime.audience import judge
from pulse.realtime.channels import LIVE_READING, channels_of
from pulse.realtime.followers import Follower, followers_of, forget_connection
from pulse.realtime.gateway import disconnect, send
from pulse.realtime.turns import claim_turn
from pulse.transient import TransientUnavailableError

_TOO_OLD: Final = timedelta(minutes=2)
_SENDERS: Final = 16


class Happening(NamedTuple):
    """An event of the bus, or live values of a device: `detail` has tenant_id and time (ISO 8601)."""

    type: str
    detail: dict[str, Any]


class Told(NamedTuple):
    """What became of a batch: messages sent, and connections that were gone or turned away."""

    messages: int
    gone: int
    refused: int


def broadcast(happenings: Sequence[Happening]) -> Told:
    """Tell each happening to its followers, once per connection, in the order in which they happened.

    What is older than two minutes is dropped: whoever looks has read the truth since. Raises psycopg.Error,
    TransientUnavailableError.
    """
    now = clock.now()
    # The queue keeps no order.
    fresh = sorted((known for known in happenings if now - _time_of(known) < _TOO_OLD), key=_time_of)
    audiences: dict[tuple[str, str], list[Follower]] = {}
    deliveries: dict[Follower, list[bytes]] = {}
    for happening in fresh:
        tenant_id = happening.detail["tenant_id"]
        channels = channels_of(happening.type, happening.detail)
        followers: dict[Follower, str] = {}
        for channel in channels:
            if (tenant_id, channel) not in audiences:
                audiences[tenant_id, channel] = followers_of(tenant_id, channel)
            for follower in audiences[tenant_id, channel]:
                followers.setdefault(follower, channel)
        detail = _tellable(happening) if followers else None
        if detail is None:
            continue
        for follower, channel in followers.items():
            deliveries.setdefault(follower, []).append(_message(happening.type, detail, channel))
    return _deliver(deliveries)


def _deliver(deliveries: dict[Follower, list[bytes]]) -> Told:
    refused = judge(deliveries)
    for follower in refused:
        logger.info("follower_refused", connection_id=follower.connection_id, tenant_id=follower.tenant_id)
        disconnect(follower.connection_id)
    welcome = [(follower, messages) for follower, messages in deliveries.items() if follower not in refused]
    with ThreadPoolExecutor(_SENDERS) as pool:
        there = list(pool.map(lambda pair: _send_all(pair[0].connection_id, pair[1]), welcome))
    gone = [follower for (follower, _), is_there in zip(welcome, there, strict=True) if not is_there]
    _forget({follower.connection_id for follower in (*gone, *refused)})
    return Told(
        messages=sum(len(messages) for (_, messages), is_there in zip(welcome, there, strict=True) if is_there),
        gone=len(gone),
        refused=len(refused),
    )


def _send_all(connection_id: str, messages: Iterable[bytes]) -> bool:
    """In their order, until the connection is gone."""
    return all(send(connection_id, message) for message in messages)


def _tellable(happening: Happening) -> dict[str, Any] | None:
    return claim_turn(happening.detail) if happening.type == LIVE_READING else happening.detail


def _message(event_type: str, detail: dict[str, Any], channel: str) -> bytes:
    return orjson.dumps(
        {
            "type": event_type,
            "channel": channel,
            "time": detail["time"],
            "data": {name: value for name, value in detail.items() if name not in ("tenant_id", "time")},
        }
    )


def _forget(connection_ids: Iterable[str]) -> None:
    for connection_id in connection_ids:
        try:
            forget_connection(connection_id)
        except TransientUnavailableError:
            logger.warning("connection_not_forgotten", connection_id=connection_id)


def _time_of(happening: Happening) -> datetime:
    return datetime.fromisoformat(happening.detail["time"])
