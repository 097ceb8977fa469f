"""A device's values are told once a second; what comes in between waits, newer over older, for the next second."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import orjson

from pulse import clock
from pulse.clock import format_instant
from pulse.realtime.channels import LIVE_READING
from pulse.realtime.queue import offer
from pulse.transient import Key, create_entry, take_entry, write_entry

_LIFETIME: Final = timedelta(seconds=30)


def claim_turn(news: Mapping[str, Any]) -> dict[str, Any] | None:
    """What may be told of a device now: the news together with what has waited, or None.

    News without metrics stand for the second that was waited for. Raises TransientUnavailableError.
    """
    waiting_key = Key(f"LIVE#{news['tenant_id']}#{news['device_id']}", "waiting")
    waiting = take_entry(waiting_key)
    merged = _merge(orjson.loads(str(waiting["detail"])), news) if waiting else dict(news)
    if not merged["metrics"]:
        return None
    turn = Key(waiting_key.partition, str(int(clock.now().timestamp())))
    if create_entry(turn, {}, lifetime=_LIFETIME) is None:
        return merged
    write_entry(waiting_key, {"detail": orjson.dumps(merged).decode()}, lifetime=_LIFETIME)
    offer(
        LIVE_READING,
        [{**merged, "time": format_instant(clock.now()), "metrics": {}, "metric_times": {}}],
        delay_seconds=1,
    )
    return None


def _merge(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two pieces of news about a device as one: of each metric the newer value, whichever came first."""
    older, newer = sorted((one, other), key=lambda news: str(news["reading_time"]))
    metrics, times = dict(older["metrics"]), dict(older["metric_times"])
    for name, value in newer["metrics"].items():
        if name not in times or times[name] <= newer["metric_times"][name]:
            metrics[name], times[name] = value, newer["metric_times"][name]
    return {**older, **newer, "metrics": metrics, "metric_times": times}
