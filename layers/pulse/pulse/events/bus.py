"""The EventBridge bus. One event at the outbox is one entry here, with source `pulse` and its type as detail type."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import batched
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient

# Rows of the outbox are locked during a call; a bus that does not answer must not hold them for a minute.
_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})
_ENTRIES_PER_CALL = 10  # EventBridge's own limit for PutEvents


@dataclass(frozen=True, slots=True)
class BusEvent:
    """An event on its way: `detail` is JSON text."""

    event_id: str
    event_type: str
    detail: str


def put_events(events: Sequence[BusEvent]) -> dict[str, str]:
    """Publish; return the reason for each event id that the bus refused. Raises when the bus can't be reached."""
    bus = str(settings().require("event_bus_name").event_bus_name)
    refusals: dict[str, str] = {}
    for chunk in batched(events, _ENTRIES_PER_CALL, strict=False):
        answer = _client().put_events(
            Entries=[
                {
                    "EventBusName": bus,
                    "Source": "pulse",
                    "DetailType": event.event_type,
                    "Detail": event.detail,
                }
                for event in chunk
            ]
        )
        for event, result in zip(chunk, answer["Entries"], strict=True):
            if "ErrorCode" in result:
                refusals[event.event_id] = f"{result['ErrorCode']}: {result.get('ErrorMessage', '')}"
    return refusals


@cache
def _client() -> "EventBridgeClient":
    return boto3.client("events", config=_CONFIG)
