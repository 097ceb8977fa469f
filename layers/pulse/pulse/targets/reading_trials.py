"""What a test of a target has heard, and what its addon makes of that. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from pulse.inbound.manifest import Manifest
from pulse.inbound.override import AlertOverride
from pulse.inbound.reading import Delivery, Raise, read
from pulse.inbound.record import PayloadError
from pulse.polling.outcome import Answer, PollOutcome
from pulse.targets.target import TargetTrial, TrialAnswer, TrialState

_EXCERPT: Final = 500


def read_trial(
    manifest: Manifest,
    overrides: Mapping[str, AlertOverride],
    outcome: PollOutcome,
    *,
    name: str,
    host: str,
    now: datetime,
) -> TargetTrial:
    """What came of asking a target of that name at that host, for people."""
    return TargetTrial(
        state=TrialState.ANSWERED,
        outcome=outcome.kind,
        reason=outcome.reason,
        complete=outcome.complete,
        seconds=outcome.seconds,
        host_key=outcome.host_key,
        answers=[_answer(manifest, overrides, name, host, answer, now) for answer in outcome.answers],
        tested_at=now,
    )


def _answer(
    manifest: Manifest, overrides: Mapping[str, AlertOverride], name: str, host: str, answer: Answer, now: datetime
) -> TrialAnswer:
    polled = {"target_name": name, "target_address": host, "question": answer.name}
    raises: list[str] = []
    error = None
    try:
        reading = read(manifest, Delivery(answer.body.encode(), now, host, {}, polled), overrides)
        raises = [event.summary for event in reading.events if isinstance(event, Raise)]
    except PayloadError as failure:
        error = str(failure)
    return TrialAnswer(question=answer.name, excerpt=answer.body[:_EXCERPT], raises=raises, error=error)
