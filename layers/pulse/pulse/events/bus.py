"""The EventBridge bus. One event at the outbox is one entry here, with source `pulse` and its type as detail type."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import batched
from typing import TYPE_CHECKING, Final, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient

# Rows of the outbox are locked during a call; a bus that does not answer must not hold them for a minute.
_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})
_ENTRIES_PER_CALL = 10  # EventBridge's own limit for PutEvents
# Codes of a call that fails for what is in it, such as a total over 256 KB.
_REFUSES_CONTENT: Final = {"ValidationException", "RequestEntityTooLarge", "RequestEntityTooLargeException", "413"}


@dataclass(frozen=True, slots=True)
class BusEvent:
    """An event on its way: `detail` is JSON text."""

    event_id: str
    event_type: str
    detail: str


class BusUnavailableError(RuntimeError):
    """The bus can't be reached or takes nothing at the moment; the events are published later."""


class Publication(NamedTuple):
    """What became of events: ids that the bus has taken, and the reason for each that it refuses.

    Those in neither were not tried, or not to their end, because of `unavailable`.
    """

    taken: list[str]
    refused: dict[str, str]
    unavailable: BusUnavailableError | None


def put_events(events: Sequence[BusEvent]) -> Publication:
    """Publish. An event that a call fails for stands alone: its neighbours are published."""
    publication = Publication([], {}, None)
    for chunk in batched(events, _ENTRIES_PER_CALL, strict=False):
        try:
            _put(chunk, publication)
        except (BotoCoreError, ClientError) as error:
            unavailable = BusUnavailableError(f"the event bus did not take {len(chunk)} events: {error}")
            unavailable.__cause__ = error
            return publication._replace(unavailable=unavailable)
    return publication


def _put(events: Sequence[BusEvent], publication: Publication) -> None:
    """One call, or one for each event if they don't go together. Raises when the bus is unavailable."""
    bus = str(settings().require("event_bus_name").event_bus_name)
    try:
        answer = _client().put_events(
            Entries=[
                {
                    "EventBusName": bus,
                    "Source": "pulse",
                    "DetailType": event.event_type,
                    "Detail": event.detail,
                }
                for event in events
            ]
        )
    except (ParamValidationError, ClientError) as error:
        if isinstance(error, ClientError) and error.response["Error"]["Code"] not in _REFUSES_CONTENT:
            raise
        if len(events) == 1:
            publication.refused[events[0].event_id] = str(error)
            return
        for event in events:
            _put([event], publication)
        return
    for event, result in zip(events, answer["Entries"], strict=True):
        if "ErrorCode" in result:
            publication.refused[event.event_id] = f"{result['ErrorCode']}: {result.get('ErrorMessage', '')}"
        else:
            publication.taken.append(event.event_id)


@cache
def _client() -> "EventBridgeClient":
    return boto3.client("events", config=_CONFIG)
