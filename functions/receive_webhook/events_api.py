"""PagerDuty's Events API v2 below a source's address: its clients insist on an answer with a `dedup_key`.

Source: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
"""

from typing import Final
from uuid import uuid4

import orjson

PATH: Final = "/v2/enqueue"
MADE_KEY: Final = "made_dedup_key"
"""The parameter of the query under which the addon `pagerduty_events` finds a key that its event came without."""


def dedup_key_of(body: bytes) -> str | None:
    """The key that an event brings along; None where there is none, whatever the body is."""
    try:
        event = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    key = event.get("dedup_key") if isinstance(event, dict) else None
    return key if isinstance(key, str) and key else None


def make_dedup_key() -> str:
    """A key for an event without one, as PagerDuty makes them: 32 hexadecimal digits."""
    return uuid4().hex
