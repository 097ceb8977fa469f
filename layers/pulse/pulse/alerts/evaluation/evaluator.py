"""What a rule makes of a device's samples. Pure: one evaluator for the stream, the sweep and the backtest.

Samples are folded in the order of their times. What was due before a sample comes about before it, as the sweep would
have seen to: samples in one batch or in a thousand, with sweeps in between or not, give the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from pulse.alerts.rules.alert_rule import AlertRule
from pulse.alerts.rules.criteria import Anomaly, Criterion, TelemetryGap, Threshold, Verdict, Window
from pulse.alerts.rules.sliding_window import History
from pulse.telemetry.message import MetricValue


class Sample(NamedTuple):
    """Metric values of a device at a time."""

    time: datetime
    metrics: Mapping[str, MetricValue]


class Progress(NamedTuple):
    """What a rule remembers of a device; a threshold rule remembers nothing of one that is fine.

    `breached_since` is when the run of breaching samples began, or the last value before a gap. At `due_at` it alerts,
    unless a sample says otherwise before.
    """

    breached_since: datetime | None
    due_at: datetime | None
    alerting: bool
    last_sample_at: datetime
    last_values: Mapping[str, MetricValue]
    history: History = ()


class Action(StrEnum):
    """What happens to the alert of a rule and device."""

    OPEN = "OPEN"
    RETRIGGER = "RETRIGGER"
    CLOSE = "CLOSE"


class Decision(NamedTuple):
    """An action at a time, and the sample that it rests on. `times` counts the samples that a re-trigger stands for."""

    action: Action
    time: datetime
    sample_time: datetime
    values: Mapping[str, MetricValue]
    times: int = 1
    facts: Mapping[str, float] = {}


def evaluate(
    rule: AlertRule, progress: Progress | None, samples: Iterable[Sample]
) -> tuple[Progress | None, list[Decision]]:
    """Fold samples, oldest first, into the rule's progress; return the decisions in their order."""
    decisions: list[Decision] = []
    criterion = rule.criterion
    for sample in samples:
        if progress is not None and progress.due_at is not None and progress.due_at < sample.time:
            progress, decision = complete(progress, sample.time)
            _append(decisions, decision)
        history, alerting = (progress.history, progress.alerting) if progress is not None else ((), False)
        verdict = criterion.judge(sample.time, sample.metrics, history, alerting=alerting)
        if verdict is None:
            continue
        progress, decision = _step(criterion, progress, sample.time, verdict)
        _append(decisions, decision)
    return progress, decisions


def complete(progress: Progress, now: datetime) -> tuple[Progress, Decision | None]:
    """Fire when what the rule waits for is due without another sample."""
    if progress.alerting or progress.due_at is None or now < progress.due_at:
        return progress, None
    decision = Decision(Action.OPEN, progress.due_at, progress.last_sample_at, progress.last_values)
    return progress._replace(alerting=True, due_at=None), decision


def absorb_late(
    rule: AlertRule, progress: Progress | None, late: Sequence[Sample], since: Sequence[Sample]
) -> tuple[Progress | None, Decision | None]:
    """What samples change that come after newer ones were evaluated; `since` is all that is stored from the first on.

    They count in windows, and they break, prolong or complete the run of a duration. What was over by the newer
    samples is not told any more, and an alert stays as the newest sample left it.
    """
    match rule.criterion:
        case Anomaly() | Window() if progress is not None:
            history = progress.history
            for sample in late:
                verdict = rule.criterion.judge(sample.time, sample.metrics, history, alerting=progress.alerting)
                history = verdict.history if verdict is not None else history
            return progress._replace(history=history), None
        case Threshold(duration_seconds=duration) if duration and not (progress is not None and progress.alerting):
            since_when = progress.breached_since if progress is not None else None
            run = progress if since_when is not None and since_when <= late[0].time else None
            after, decisions = evaluate(rule, run, since)
            if after is None or not after.alerting:
                return after, None
            return after, next(decision for decision in reversed(decisions) if decision.action is Action.OPEN)
        case _:
            return progress, None


def _step(
    criterion: Criterion, progress: Progress | None, time: datetime, verdict: Verdict
) -> tuple[Progress | None, Decision | None]:
    alerting = progress is not None and progress.alerting
    if verdict.breached is None:
        since = progress.breached_since if progress is not None else None
        return Progress(since, None, alerting, time, verdict.values, verdict.history), None
    if not verdict.breached:
        decision = Decision(Action.CLOSE, time, time, verdict.values, facts=verdict.facts) if alerting else None
        return _at_rest(criterion, time, verdict), decision
    since = progress.breached_since if progress is not None and progress.breached_since is not None else time
    due_at = since + criterion.duration
    if alerting or time >= due_at:
        action = Action.RETRIGGER if alerting else Action.OPEN
        after = Progress(since, None, True, time, verdict.values, verdict.history)
        return after, Decision(action, time, time, verdict.values, facts=verdict.facts)
    return Progress(since, due_at, False, time, verdict.values, verdict.history), None


def _at_rest(criterion: Criterion, time: datetime, verdict: Verdict) -> Progress | None:
    """What there is to remember of a device that is fine."""
    match criterion:
        case TelemetryGap():
            return Progress(time, time + criterion.duration, False, time, verdict.values)
        case Anomaly() | Window():
            return Progress(None, None, False, time, verdict.values, verdict.history)
        case Threshold():
            return None


def _append(decisions: list[Decision], decision: Decision | None) -> None:
    """Add a decision; re-triggers in a row become one."""
    if decision is None:
        return
    if decision.action is Action.RETRIGGER and decisions and decisions[-1].action is Action.RETRIGGER:
        decisions[-1] = decision._replace(times=decisions[-1].times + 1)
    else:
        decisions.append(decision)
