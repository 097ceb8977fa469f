"""What a rule makes of a device's samples. Pure: one evaluator for the stream and the sweep.

A sample counts for a rule that matches ALL when it carries every metric of the rule, for ANY when it carries one of
them; other samples are no evidence either way. With a duration, every sample of the run must breach, and the rule
fires with the first sample that completes the run or, without one, when the run's time is over.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from pulse.alerts.rules import AlertRule, Match
from pulse.telemetry.message import MetricValue


class Sample(NamedTuple):
    """Metric values of a device at a time."""

    time: datetime
    metrics: Mapping[str, MetricValue]


class Progress(NamedTuple):
    """What a rule remembers of a device while a breach lasts; nothing is remembered of a device that is fine."""

    breached_since: datetime
    due_at: datetime | None
    alerting: bool
    last_sample_at: datetime
    last_values: Mapping[str, MetricValue]


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


def evaluate(
    rule: AlertRule, progress: Progress | None, samples: Iterable[Sample]
) -> tuple[Progress | None, list[Decision]]:
    """Fold samples, oldest first, into the rule's progress; return the decisions in their order."""
    decisions: list[Decision] = []
    for sample in samples:
        breached = breaches(rule, sample.metrics, alerting=progress is not None and progress.alerting)
        if breached is None:
            continue
        progress, decision = _step(rule, progress, sample, breached=breached)
        if decision is not None:
            _append(decisions, decision)
    return progress, decisions


def breaches(rule: AlertRule, metrics: Mapping[str, MetricValue], *, alerting: bool) -> bool | None:
    """Whether a sample breaches the rule, or None when it does not carry what the rule looks at."""
    present = [condition for condition in rule.conditions if condition.metric in metrics]
    if not present or (rule.match is Match.ALL and len(present) < len(rule.conditions)):
        return None
    results = (condition.holds(metrics[condition.metric], alerting=alerting) for condition in present)
    return all(results) if rule.match is Match.ALL else any(results)


def complete(progress: Progress, now: datetime) -> tuple[Progress, Decision | None]:
    """Fire when the run has lasted for the rule's duration without another sample."""
    if progress.alerting or progress.due_at is None or now < progress.due_at:
        return progress, None
    decision = Decision(Action.OPEN, progress.due_at, progress.last_sample_at, progress.last_values)
    return progress._replace(alerting=True, due_at=None), decision


def _step(
    rule: AlertRule, progress: Progress | None, sample: Sample, *, breached: bool
) -> tuple[Progress | None, Decision | None]:
    values = {
        condition.metric: sample.metrics[condition.metric]
        for condition in rule.conditions
        if condition.metric in sample.metrics
    }
    if not breached:
        closed = progress is not None and progress.alerting
        return None, Decision(Action.CLOSE, sample.time, sample.time, values) if closed else None
    if progress is not None and progress.alerting:
        progress = progress._replace(last_sample_at=sample.time, last_values=values)
        return progress, Decision(Action.RETRIGGER, sample.time, sample.time, values)

    since = progress.breached_since if progress is not None else sample.time
    due_at = since + timedelta(seconds=rule.duration_seconds)
    if sample.time >= due_at:
        return Progress(since, None, True, sample.time, values), Decision(Action.OPEN, sample.time, sample.time, values)
    return Progress(since, due_at, False, sample.time, values), None


def _append(decisions: list[Decision], decision: Decision) -> None:
    """Add a decision; re-triggers in a row become one."""
    if decision.action is Action.RETRIGGER and decisions and decisions[-1].action is Action.RETRIGGER:
        decision = decision._replace(times=decisions[-1].times + 1)
        decisions[-1] = decision
    else:
        decisions.append(decision)
