"""Commands of a device that speaks HTTP: it asks for those that are open, and answers each."""

from http import HTTPStatus
from uuid import UUID

from ingest_http.answers import Answer, answer_document, answer_problem, answer_refusal
from pulse.commands.answer import MAXIMUM_ANSWER_BYTES, as_command_id, read_answer
from pulse.commands.answering import answer_command, fetch_commands
from pulse.devices.tokens import Sender, identify
from pulse.quarantine.reasons import Reason, Refusal

__all__ = ["MAXIMUM_ANSWER_BYTES", "give", "give_answer"]


def give(path: str, token: str | None, request_id: str) -> Answer:
    """What the device asks for: its open commands, the oldest first."""
    if path != "/ingest/v1/commands":
        return answer_problem(HTTPStatus.NOT_FOUND, f"there is no {path}", request_id)
    sender = _sender(token)
    if isinstance(sender, Refusal):
        return answer_refusal(sender, request_id)
    return answer_document(HTTPStatus.OK, {"commands": fetch_commands((sender.tenant_id, sender.device_id))})


def give_answer(token: str | None, command: str, payload: bytes, request_id: str) -> Answer:
    """What becomes of the device's answer to a command; the same answer again changes nothing."""
    sender = _sender(token)
    if isinstance(sender, Refusal):
        return answer_refusal(sender, request_id)
    command_id: UUID | None = as_command_id(command)
    answer = read_answer(payload)
    if isinstance(answer, Refusal):
        return answer_refusal(answer, request_id)
    row = answer_command((sender.tenant_id, sender.device_id), command_id, answer) if command_id else None
    if row is None:
        return answer_problem(HTTPStatus.NOT_FOUND, f"this device has no command {command}", request_id)
    return answer_document(HTTPStatus.OK, {"command_id": str(row["command_id"]), "status": row["status"]})


def _sender(token: str | None) -> Sender | Refusal:
    if token is None:
        return Refusal(Reason.TOKEN_MISSING, "send the device's token in the Authorization header")
    return identify([token])[token]
