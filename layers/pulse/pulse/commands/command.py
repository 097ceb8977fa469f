"""What a command is, and what holds for all of them."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID

import orjson
from pydantic import AfterValidator, Field, StringConstraints

from pulse.input_errors import in_words
from pulse.models import Model

MAXIMUM_OPEN: Final = 100
"""Commands without an answer that a device may have at once."""

MAXIMUM_DEVICES: Final = 10_000
"""Devices that a command for a group may go to."""

MAXIMUM_PARAMETER_BYTES: Final = 8192
SHORTEST_SECONDS: Final = 10
LONGEST_SECONDS: Final = 30 * 24 * 3600
DEFAULT_SECONDS: Final = 3600
_FIRST_REPEAT: Final = timedelta(seconds=30)
_LONGEST_REPEAT: Final = timedelta(hours=1)


class CommandStatus(StrEnum):
    """QUEUED and DELIVERED commands are open; the others are finished and stay as they are (`course.py`)."""

    QUEUED = "QUEUED"
    DELIVERED = "DELIVERED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


def _check_parameters(parameters: dict[str, Any]) -> dict[str, Any]:
    try:
        size = len(orjson.dumps(parameters))
    except orjson.JSONEncodeError as error:
        message = "must be a JSON object with whole numbers of at most 64 bits"
        raise ValueError(message) from error
    if size > MAXIMUM_PARAMETER_BYTES:
        message = f"must be at most {MAXIMUM_PARAMETER_BYTES} bytes as JSON, and has {size}"
        raise ValueError(message)
    if r"\u0000" in orjson.dumps(parameters).decode():
        message = "must have no NUL characters"
        raise ValueError(message)
    return parameters


CommandName = Annotated[
    str,
    StringConstraints(
        pattern=in_words(
            r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$",
            "must be 1 to 64 letters, digits, dots, colons, hyphens and underscores, a letter or digit first",
        )
    ),
]
"""What a device knows the command by, such as `reboot`."""

Parameters = Annotated[
    dict[str, Any],
    AfterValidator(_check_parameters),
    Field(description=f"Whatever the device expects with it, at most {MAXIMUM_PARAMETER_BYTES} bytes"),
]


class Command(Model):
    """Something that a device is told to do."""

    command_id: UUID
    device_id: str
    group_command_id: UUID | None = Field(description="The command for a group that this one is part of")
    name: str
    parameters: dict[str, Any]
    status: CommandStatus
    created_at: datetime
    created_by: str
    expires_at: datetime = Field(description="Without an answer it is given up then")
    deliveries: int = Field(description="How often it was handed over; a device knows a repetition by the command's id")
    delivered_at: datetime | None = Field(
        description="When it was handed to the device's session at the broker, or fetched over HTTP, for the first time"
    )
    answered_at: datetime | None = Field(description="When the device answered, in time or not")
    reason: str = Field(description="In the device's words, if it answered in time; or why it was cancelled")
    result: dict[str, Any] | None = Field(description="What the device answered with, in time or not")
    finished_at: datetime | None
    late_status: CommandStatus | None = Field(
        description="ACKNOWLEDGED or REJECTED, if the device answered after the command had ended otherwise"
    )
    late_reason: str | None = Field(description="In the device's words, if it answered then")


class GroupCommand(Model):
    """A command for the devices that were in a group when it was sent."""

    group_command_id: UUID
    group_id: UUID
    group_name: str = Field(description="What the group was called then")
    name: str
    parameters: dict[str, Any]
    created_at: datetime
    created_by: str
    expires_at: datetime
    devices: int = Field(description="How many devices it was entered for")
    left_out: int = Field(description=f"Devices that got none, because they had {MAXIMUM_OPEN} open commands already")
    counts: dict[CommandStatus, int] = Field(description="Devices in each status; every status is there")


def next_delivery(deliveries: int, now: datetime) -> datetime:
    """When a command that was handed over so many times is handed over again, unless the device answers before.

    A session may be older than its subscription, and a message may be lost on the last mile.
    """
    doubled: timedelta = _FIRST_REPEAT * 2 ** min(deliveries - 1, 10)
    return now + min(doubled, _LONGEST_REPEAT)
