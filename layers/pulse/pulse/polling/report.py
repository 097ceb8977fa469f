"""What a poller tells of a poll, whoever it is: a function of the cloud, or a gateway. Pure.

{"kind": "poll", "target_id": "…", "polled_at": "…", "complete": true,
 "outcome": {"kind": "ok", "reason": "", "seconds": 0.2, "host_key": null},
 "payload": [{"name": "interfaces", "body": "…"}]}
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson
from pydantic import AwareDatetime, Field

from pulse.clock import format_instant
from pulse.models import Model
from pulse.polling.outcome import MAX_REASON, Answer, OutcomeKind, PollOutcome
from pulse.polling.questions import MAX_QUESTIONS


class ReportedOutcome(Model):
    """How it went."""

    kind: OutcomeKind
    reason: str = Field("", max_length=MAX_REASON)
    seconds: float = Field(0, ge=0, le=3600)
    host_key: str | None = Field(None, max_length=2000)


class PollReport(Model):
    """A poll and its answers; what else a gateway adds is not looked at."""

    kind: Literal["poll", "trial"]
    target_id: UUID
    polled_at: AwareDatetime
    complete: bool
    outcome: ReportedOutcome
    payload: list[Answer] = Field(default_factory=list, max_length=MAX_QUESTIONS)
    trial_id: UUID | None = Field(None, description="Of a trial: the command that asked for it")


def report_of(target_id: UUID, polled_at: datetime, outcome: PollOutcome) -> dict[str, Any]:
    """What is told of a poll, as JSON has it."""
    return {
        "kind": "poll",
        "target_id": str(target_id),
        "polled_at": format_instant(polled_at),
        "complete": outcome.complete,
        "outcome": outcome.model_dump(mode="json", include={"kind", "reason", "seconds", "host_key"}),
        "payload": [answer.model_dump() for answer in outcome.answers],
    }


def read_report(document: bytes) -> PollReport:
    """A poll that somebody tells of. Raises pydantic.ValidationError."""
    return PollReport.model_validate(orjson.loads(document))
