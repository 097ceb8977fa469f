"""What a device answers to a command, from the bytes that it sent."""

import re
from typing import Annotated, Any, Final, Literal, NamedTuple
from uuid import UUID

import orjson
from pydantic import BeforeValidator, ConfigDict, StringConstraints, ValidationError

from pulse.input_errors import reason_of
from pulse.models import Model
from pulse.quarantine.reasons import Reason, Refusal
from pulse.texts import TEXT

MAXIMUM_ANSWER_BYTES: Final = 8192
_TOPIC: Final = re.compile(r"devices/([^/]+)/([^/]+)/commands/([0-9a-f-]{36})/ack")


class AnswerAddress(NamedTuple):
    """The command that a topic names, and whose it claims to be."""

    tenant_id: str
    device_id: str
    command_id: UUID


class Answer(Model):
    """Whether the device does what it is told. An empty answer is an acknowledgement."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    status: Annotated[
        Literal["ACKNOWLEDGED", "REJECTED"],
        BeforeValidator(lambda status: status.upper() if isinstance(status, str) else status),
    ] = "ACKNOWLEDGED"
    reason: Annotated[str, StringConstraints(max_length=1000, pattern=TEXT)] = ""
    result: dict[str, Any] | None = None


def split_answer_topic(topic: str) -> AnswerAddress | None:
    """`devices/{tenant_id}/{device_id}/commands/{command_id}/ack`, or None for any other topic."""
    match = _TOPIC.fullmatch(topic)
    if match is None:
        return None
    command_id = as_command_id(match.group(3))
    return AnswerAddress(match.group(1), match.group(2), command_id) if command_id else None


def as_command_id(text: str) -> UUID | None:
    """The id, or None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def read_answer(payload: bytes) -> Answer | Refusal:
    """The answer, or why it is none."""
    if len(payload) > MAXIMUM_ANSWER_BYTES:
        detail = f"the answer has {len(payload)} bytes, the limit is {MAXIMUM_ANSWER_BYTES}"
        return Refusal(Reason.PAYLOAD_TOO_LARGE, detail)
    if not payload.strip():
        return Answer()
    if rb"\u0000" in payload:
        return Refusal(Reason.INVALID_JSON, "the answer must have no NUL characters")
    try:
        answer = Answer.model_validate(orjson.loads(payload))
        orjson.dumps(answer.result)  # it reads deeper nesting than it writes
        return answer
    except orjson.JSONDecodeError as error:
        return Refusal(Reason.INVALID_JSON, f"the answer is not JSON: {error}")
    except orjson.JSONEncodeError:
        return Refusal(Reason.INVALID_JSON, "result: it is nested too deeply")
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the answer"
        return Refusal(Reason.INVALID_JSON, f"{place}: {reason_of(first)}")
