"""A device's values are told once a second; what comes in between waits, newer over older, for the next second.

Several processes tell at once. Whatever waits is an entry of its own, so that nobody overwrites what somebody else has
put there; and a message on the queue, one for a device and a second, has it looked after a second later.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import reduce
from typing import Any, Final
from uuid import uuid4

import orjson

from pulse import clock
from pulse.clock import format_instant
from pulse.realtime.channels import LIVE_READING
from pulse.realtime.queue import offer
from pulse.transient import Key, create_entry, delete_entries, list_entries, write_entry

_LIFETIME: Final = timedelta(seconds=30)


def claim_turn(news: Mapping[str, Any]) -> dict[str, Any] | None:
    """What may be told of a device now: the news together with what has waited, or None.

    News without metrics stand for the second that was waited for. Raises TransientUnavailableError.
    """
    device = f"{news['tenant_id']}#{news['device_id']}"
    waiting = f"LIVE_WAITING#{device}"
    if not news["metrics"] and not list_entries(waiting):
        return None
    if not _is_first(device, "turn"):
        if news["metrics"]:
            place = Key(waiting, f"{format_instant(clock.now())}#{uuid4()}")
            write_entry(place, {"detail": orjson.dumps(news).decode()}, lifetime=_LIFETIME)
        if _is_first(device, "look"):  # asked after the entry is there, so that who looks sees it
            look = {**news, "time": format_instant(clock.now()), "metrics": {}, "metric_times": {}}
            offer(LIVE_READING, [look], delay_seconds=1)
        return None
    waited = list_entries(waiting)
    delete_entries(Key(waiting, sort) for sort in waited)
    told = reduce(_merge, [*(orjson.loads(str(waited[sort]["detail"])) for sort in sorted(waited)), dict(news)])
    return told if told["metrics"] else None


def _is_first(device: str, what: str) -> bool:
    """Whether nobody has done that for the device in this second."""
    second = int(clock.now().timestamp())
    return create_entry(Key(f"LIVE#{device}", f"{what}#{second}"), {}, lifetime=_LIFETIME) is None


def _merge(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two pieces of news about a device as one: of each metric the newer value, whichever came first."""
    older, newer = sorted((one, other), key=lambda news: str(news["reading_time"]))
    metrics, times = dict(older["metrics"]), dict(older["metric_times"])
    for name, value in newer["metrics"].items():
        if name not in times or times[name] <= newer["metric_times"][name]:
            metrics[name], times[name] = value, newer["metric_times"][name]
    return {**older, **newer, "metrics": metrics, "metric_times": times}
