"""What a device that speaks HTTP asks for and answers: its open commands, and its shadow."""

from http import HTTPStatus
from typing import Final

import orjson
from pydantic import ValidationError

from ingest_http.answers import Answer, answer_document, answer_problem, answer_refusal
from pulse import clock
from pulse.commands.answer import as_command_id, read_answer
from pulse.commands.answering import answer_command, fetch_commands
from pulse.devices import shadows
from pulse.devices.liveness import note_sign_of_life
from pulse.devices.report_rate import OVER_RATE, admit_report
from pulse.devices.shadow import Part, Shadow
from pulse.devices.shadow_store import load_shadow
from pulse.devices.tokens import Sender, identify
from pulse.errors import InvalidInputError
from pulse.input_errors import reason_of
from pulse.models import Input
from pulse.quarantine.reasons import Reason, Refusal

# A report may be 8 KiB; what stands around it, and blanks, come on top.
MAXIMUM_ANSWER_BYTES: Final = 16_384


class _Report(Input):
    """What a device says of itself."""

    reported: Part


def give(path: str, token: str | None, request_id: str) -> Answer:
    """What the device asks for."""
    sender = _identify(token)
    if isinstance(sender, Refusal):
        return answer_refusal(sender, request_id)
    match path:
        case "/ingest/v1/commands":
            return answer_document(HTTPStatus.OK, {"commands": fetch_commands((sender.tenant_id, sender.device_id))})
        case "/ingest/v1/shadow":
            return _answer_shadow(load_shadow(sender.tenant_id, sender.device_id))
        case _:
            return answer_problem(HTTPStatus.NOT_FOUND, f"there is no {path}", request_id)


def take(path: list[str], token: str | None, payload: bytes, request_id: str) -> Answer:
    """What becomes of a device's answer to a command, or of its report; `path` is what follows their names."""
    sender = _identify(token)
    if isinstance(sender, Refusal):
        return answer_refusal(sender, request_id)
    if not admit_report((sender.tenant_id, sender.device_id), clock.now()):
        return answer_refusal(OVER_RATE, request_id)
    match path:
        case [command, "ack"]:
            return _take_answer(sender, command, payload, request_id)
        case []:
            return _take_report(sender, payload, request_id)
        case _:
            return answer_problem(HTTPStatus.NOT_FOUND, "there is nothing at this path", request_id)


def _take_answer(sender: Sender, command: str, payload: bytes, request_id: str) -> Answer:
    """The same answer again changes nothing."""
    answer = read_answer(payload)
    if isinstance(answer, Refusal):
        return answer_refusal(answer, request_id)
    command_id = as_command_id(command)
    row = answer_command((sender.tenant_id, sender.device_id), command_id, answer) if command_id else None
    if row is None:
        return answer_problem(HTTPStatus.NOT_FOUND, f"this device has no command {command}", request_id)
    return answer_document(HTTPStatus.OK, {"command_id": str(row["command_id"]), "status": row["status"]})


def _take_report(sender: Sender, payload: bytes, request_id: str) -> Answer:
    try:
        report = _Report.model_validate(orjson.loads(payload))
        return _answer_shadow(shadows.report(sender.tenant_id, sender.device_id, report.reported))
    except orjson.JSONDecodeError as error:
        return answer_refusal(Refusal(Reason.INVALID_JSON, f"the report is not JSON: {error}"), request_id)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the report"
        return answer_refusal(Refusal(Reason.INVALID_JSON, f"{place}: {reason_of(first)}"), request_id)
    except InvalidInputError as error:
        return answer_refusal(Refusal(Reason.INVALID_JSON, error.message), request_id)


def _answer_shadow(shadow: Shadow) -> Answer:
    return answer_document(HTTPStatus.OK, shadow.model_dump(mode="json"))


def _identify(token: str | None) -> Sender | Refusal:
    """Whose token it is. That the device asks or answers is a sign of life, whatever comes of it."""
    if token is None:
        return Refusal(Reason.TOKEN_MISSING, "send the device's token in the Authorization header")
    sender = identify([token])[token]
    if isinstance(sender, Sender):
        note_sign_of_life((sender.tenant_id, sender.device_id), sender.token_id, clock.now())
    return sender
