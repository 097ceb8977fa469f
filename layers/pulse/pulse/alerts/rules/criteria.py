"""What a rule looks for: four kinds of criteria, each judging one sample at a time. Pure.

A sample is evidence when it carries what the criterion looks at; other samples say nothing either way.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from operator import ge, gt, le, lt
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from pulse.alerts.rules.sliding_window import Bucket, History, add, step_of, window_until
from pulse.clock import format_length
from pulse.models import Input
from pulse.telemetry.message import MAX_METRIC_NAME_LENGTH, MetricValue

MAX_CONDITIONS: Final = 10
_LEAST_POINTS: Final = 2

# As a device may name a metric: no control characters (C0, DEL, C1).
MetricName = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_METRIC_NAME_LENGTH, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")
]
# Strict: JSON has numbers and booleans, and `false` is no number.
Number = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-1e15, le=1e15)]


class Operator(StrEnum):
    """How a value is compared with the threshold; GT and LT are strict."""

    GT = "GT"
    GTE = "GTE"
    LT = "LT"
    LTE = "LTE"


_COMPARE: Final[dict[Operator, Callable[[float, float], bool]]] = {
    Operator.GT: gt,
    Operator.GTE: ge,
    Operator.LT: lt,
    Operator.LTE: le,
}
_SIGN: Final = {Operator.GT: ">", Operator.GTE: "≥", Operator.LT: "<", Operator.LTE: "≤"}


class Match(StrEnum):
    """Whether all of a rule's conditions must hold, or any."""

    ALL = "ALL"
    ANY = "ANY"


class Aggregation(StrEnum):
    """What is made of the values in a window."""

    AVG = "avg"
    MIN = "min"
    MAX = "max"
    COUNT = "count"
    SUM = "sum"


_AGGREGATE: Final[dict[Aggregation, Callable[[Bucket], float]]] = {
    Aggregation.AVG: lambda window: window.mean,
    Aggregation.MIN: lambda window: window.minimum,
    Aggregation.MAX: lambda window: window.maximum,
    Aggregation.COUNT: lambda window: window.size,
    Aggregation.SUM: lambda window: window.total,
}


class Verdict(NamedTuple):
    """What a sample says: breached, fine, or None when there is not enough yet. `facts` are for people."""

    breached: bool | None
    values: Mapping[str, MetricValue]
    history: History = ()
    facts: Mapping[str, float] = {}


class Comparison(Input):
    """A value against a threshold. Past `threshold` it starts to hold, and holds until past `clear_threshold`."""

    operator: Operator
    threshold: Number
    clear_threshold: Number | None = Field(
        None, description="Once it holds it holds until the value is past this one; on the near side of the threshold"
    )

    @field_validator("clear_threshold")
    @classmethod
    def _is_on_the_near_side(cls, clear: float | None, info: ValidationInfo) -> float | None:
        operator, threshold = info.data.get("operator"), info.data.get("threshold")
        if clear is None or operator is None or threshold is None:
            return clear
        upwards = operator in (Operator.GT, Operator.GTE)
        if clear > threshold if upwards else clear < threshold:
            side = "above" if upwards else "below"
            message = f"must not be {side} the threshold ({threshold:g}), or the alert would close while it holds"
            raise ValueError(message)
        return clear

    def holds(self, value: MetricValue, *, alerting: bool) -> bool:
        """Whether the value breaches; while alerting, against the clear threshold if there is one."""
        limit = self.clear_threshold if alerting and self.clear_threshold is not None else self.threshold
        return _COMPARE[self.operator](value, limit)

    def of(self, subject: str) -> str:
        """As people write it: `temp_c > 8`."""
        return f"{subject} {_SIGN[self.operator]} {self.threshold:g}"


class Condition(Comparison):
    """A comparison of one metric."""

    metric: MetricName

    def __str__(self) -> str:
        """As people write it: `temp_c > 8`."""
        return self.of(self.metric)


class Threshold(Input):
    """Metrics are past their thresholds, for a while if there is a duration.

    With a duration every sample of the run must breach; a run ends with the first that does not.
    """

    kind: Literal["threshold"]
    conditions: tuple[Condition, ...] = Field(json_schema_extra={"minItems": 1, "maxItems": MAX_CONDITIONS})
    match: Match = Match.ALL
    duration_seconds: int = Field(
        0, ge=0, le=86_400, description="How long every sample must breach; 0 fires on the first"
    )

    @field_validator("conditions")
    @classmethod
    def _are_some_and_differ(cls, conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
        # Not by min_length, which would complain of an empty tuple beside every condition that is wrong in itself.
        if not 1 <= len(conditions) <= MAX_CONDITIONS:
            message = f"must be 1 to {MAX_CONDITIONS} conditions"
            raise ValueError(message)
        times = Counter((condition.metric, condition.operator, condition.threshold) for condition in conditions)
        if repeated := [
            f"{metric} {_SIGN[operator]} {limit:g}" for (metric, operator, limit), n in times.items() if n > 1
        ]:
            message = f"names {', '.join(repeated)} more than once"
            raise ValueError(message)
        return conditions

    @property
    def contradictions(self) -> list[str]:
        """Pairs of conditions that no value meets at once, although all must hold."""
        if self.match is Match.ANY:
            return []
        return [
            f"{above} and {below}"
            for above in self.conditions
            for below in self.conditions
            if above.metric == below.metric
            and above.operator in (Operator.GT, Operator.GTE)
            and below.operator in (Operator.LT, Operator.LTE)
            and above.threshold >= below.threshold
            and not (below.holds(above.threshold, alerting=False) and above.holds(below.threshold, alerting=False))
        ]

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that it looks at."""
        return tuple(dict.fromkeys(condition.metric for condition in self.conditions))

    @property
    def duration(self) -> timedelta:
        """How long a breach lasts before it fires."""
        return timedelta(seconds=self.duration_seconds)

    @property
    def lookback(self) -> timedelta:
        """What lies further back than that says nothing any more."""
        return self.duration

    def is_evidence(self, metrics: Mapping[str, MetricValue]) -> bool:
        """For ALL a sample must carry every metric, for ANY one of them."""
        carried = (metric in metrics for metric in self.metrics)
        return all(carried) if self.match is Match.ALL else any(carried)

    def judge(
        self, _time: datetime, metrics: Mapping[str, MetricValue], _history: History, *, alerting: bool
    ) -> Verdict | None:
        """Judge the values that are there."""
        if not self.is_evidence(metrics):
            return None
        present = [condition for condition in self.conditions if condition.metric in metrics]
        results = (condition.holds(metrics[condition.metric], alerting=alerting) for condition in present)
        breached = all(results) if self.match is Match.ALL else any(results)
        return Verdict(breached, {condition.metric: metrics[condition.metric] for condition in present})

    def __str__(self) -> str:
        """As people write it: `temp_c > 8 and door_open ≥ 1 for 1 min`."""
        word = " and " if self.match is Match.ALL else " or "
        lasting = f" for {format_length(self.duration)}" if self.duration_seconds else ""
        return word.join(str(condition) for condition in self.conditions) + lasting


class _OfOneMetric(Input):
    metric: MetricName

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metric that it looks at."""
        return (self.metric,)

    @property
    def duration(self) -> timedelta:
        """It fires at once."""
        return timedelta(0)

    def is_evidence(self, metrics: Mapping[str, MetricValue]) -> bool:
        """A sample must carry the metric."""
        return self.metric in metrics


class Anomaly(_OfOneMetric):
    """A value is far from what the metric has been lately: |value - mean| / standard deviation is above the z-score.

    Mean and standard deviation are those of the values before it. While they do not vary nothing is unusual.
    """

    kind: Literal["anomaly"]
    window_minutes: int = Field(60, ge=5, le=1440)
    z_score: Annotated[Number, Field(ge=1, le=10)] = 3
    min_samples: int = Field(10, ge=10, le=1000, description="With fewer values in the window it does not judge")

    @property
    def lookback(self) -> timedelta:
        """What lies further back than that says nothing any more."""
        return timedelta(minutes=self.window_minutes)

    def judge(
        self,
        time: datetime,
        metrics: Mapping[str, MetricValue],
        history: History,
        *,
        alerting: bool,  # noqa: ARG002
    ) -> Verdict | None:
        """Judge by what came before, then remember the value."""
        if not self.is_evidence(metrics):
            return None
        value = metrics[self.metric]
        step = step_of(time, self.lookback)
        known = window_until(history, step)
        history = add(history, step, value)
        values = {self.metric: value}
        if known is None or known.size < self.min_samples:
            return Verdict(None, values, history)
        deviation = known.standard_deviation
        facts = {"mean": known.mean, "standard_deviation": deviation, "samples": known.size}
        if deviation == 0:
            return Verdict(False, values, history, facts)
        distance = abs(value - known.mean) / deviation
        return Verdict(distance > self.z_score, values, history, {**facts, "z_score": distance})

    def __str__(self) -> str:
        """As people write it."""
        past = format_length(self.lookback)
        return f"{self.metric} more than {self.z_score:g} standard deviations from its mean over {past}"


class TelemetryGap(Input):
    """No value of a metric, or no telemetry at all, for some minutes after there has been some."""

    kind: Literal["telemetry_gap"]
    metric: MetricName | None = Field(None, description="Without one any telemetry counts")
    gap_minutes: int = Field(10, ge=1, le=1440)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metric that it looks at, if it is one."""
        return (self.metric,) if self.metric else ()

    @property
    def duration(self) -> timedelta:
        """How long nothing comes before it fires."""
        return timedelta(minutes=self.gap_minutes)

    @property
    def lookback(self) -> timedelta:
        """What lies further back than that says nothing any more."""
        return self.duration

    def is_evidence(self, metrics: Mapping[str, MetricValue]) -> bool:
        """A sample must carry the metric, or any where it is none in particular."""
        return bool(metrics) if self.metric is None else self.metric in metrics

    def judge(
        self,
        _time: datetime,
        metrics: Mapping[str, MetricValue],
        _history: History,
        *,
        alerting: bool,  # noqa: ARG002
    ) -> Verdict | None:
        """A value ends the gap; the next one begins with it."""
        if not self.is_evidence(metrics):
            return None
        return Verdict(False, {} if self.metric is None else {self.metric: metrics[self.metric]})

    def __str__(self) -> str:
        """As people write it."""
        return f"no {self.metric or 'telemetry'} for {format_length(self.duration)}"


class Window(_OfOneMetric, Comparison):
    """What is made of a metric's values in a sliding window is past a threshold; at least two values are needed."""

    kind: Literal["window"]
    aggregation: Aggregation
    window_seconds: int = Field(ge=60, le=3600)

    @property
    def lookback(self) -> timedelta:
        """What lies further back than that says nothing any more."""
        return timedelta(seconds=self.window_seconds)

    def judge(
        self, time: datetime, metrics: Mapping[str, MetricValue], history: History, *, alerting: bool
    ) -> Verdict | None:
        """Remember the value, then judge the window that ends with it."""
        if not self.is_evidence(metrics):
            return None
        step = step_of(time, self.lookback)
        history = add(history, step, metrics[self.metric])
        window = window_until(history, step)
        values = {self.metric: metrics[self.metric]}
        if window is None or window.size < _LEAST_POINTS:
            return Verdict(None, values, history)
        aggregate = _AGGREGATE[self.aggregation](window)
        facts = {self.aggregation.value: aggregate, "samples": window.size}
        return Verdict(self.holds(aggregate, alerting=alerting), values, history, facts)

    def __str__(self) -> str:
        """As people write it: `avg(temp_c) over 5 min > 8`."""
        return self.of(f"{self.aggregation}({self.metric}) over {format_length(self.lookback)}")


Criterion = Annotated[Threshold | Anomaly | TelemetryGap | Window, Field(discriminator="kind")]
