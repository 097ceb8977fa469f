"""Which rules a batch of samples can concern at all. Pure.

A comparison holds for some value between two others only if it holds for one of the two. So the least and the greatest
value of each metric tell of most rules at once that no sample breaches them.
"""

from collections.abc import Iterable, Mapping

from pulse.alerts.evaluation.evaluator import Sample
from pulse.alerts.rules.criteria import Match, Threshold
from pulse.telemetry.message import MetricValue

type Extremes = Mapping[str, tuple[MetricValue, MetricValue]]
"""The least and the greatest value of each metric."""


def extremes_of(samples: Iterable[Sample]) -> Extremes:
    """Between what the metrics of samples lie."""
    values: dict[str, list[MetricValue]] = {}
    for sample in samples:
        for metric, value in sample.metrics.items():
            values.setdefault(metric, []).append(value)
    return {metric: (min(of_metric), max(of_metric)) for metric, of_metric in values.items()}


def may_breach(threshold: Threshold, extremes: Extremes) -> bool:
    """Whether a sample of these extremes may breach; if not, a device that is fine stays fine."""
    any_of_them = threshold.match is Match.ANY
    for condition in threshold.conditions:
        bounds = extremes.get(condition.metric)
        reached = bounds is not None and (
            condition.holds(bounds[0], alerting=False) or condition.holds(bounds[1], alerting=False)
        )
        if reached is any_of_them:
            return any_of_them
    return not any_of_them
