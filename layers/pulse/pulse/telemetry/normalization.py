"""Raw metrics under normalized names: the same arithmetic for a single value and for a bucket of values. Pure."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from pulse.telemetry.message import MetricValue

_LARGEST: Final = Decimal(sys.float_info.max)


class Source(NamedTuple):
    """Where a metric's values come from: metric = raw * multiplier + offset. The identity for a raw metric itself."""

    raw: str
    metric: str
    multiplier: Decimal = Decimal(1)
    offset: Decimal = Decimal(0)

    @property
    def is_identity(self) -> bool:
        """Whether values pass unchanged."""
        return self.multiplier == 1 and self.offset == 0


@dataclass(frozen=True, slots=True)
class Summary:
    """A bucket of values of one metric, exact. `time` is its start; there is at least one value."""

    time: datetime
    count: int
    min: Decimal
    max: Decimal
    sum: Decimal


def normalize_value(value: MetricValue, source: Source) -> MetricValue:
    """A value as its normalized metric has it. A boolean counts as 0 or 1 unless it passes unchanged."""
    if source.is_identity:
        return value
    number = Decimal(int(value)) if isinstance(value, bool) else Decimal(repr(value))
    return to_number(number * source.multiplier + source.offset)


def with_normalized(metrics: Mapping[str, MetricValue], sources: Iterable[Source]) -> Mapping[str, MetricValue]:
    """Metric values with those that they mean under normalized names.

    What a device sends by the very name goes before what is mapped to it, and of several sources the first.
    """
    known = dict(metrics)
    for source in sources:
        if source.raw in metrics and source.metric not in known:
            known[source.metric] = normalize_value(metrics[source.raw], source)
    return known


def normalize_summary(summary: Summary, source: Source) -> Summary:
    """A bucket as its normalized metric has it."""
    if source.is_identity:
        return summary
    ends = [bound * source.multiplier + source.offset for bound in (summary.min, summary.max)]
    total = summary.sum * source.multiplier + summary.count * source.offset
    return Summary(summary.time, summary.count, min(ends), max(ends), total)


def merge_summaries(summaries: Iterable[tuple[str, Summary]], sources: Iterable[Source]) -> dict[str, list[Summary]]:
    """Buckets by raw metric to buckets by metric, in order of time; several sources of one metric become one bucket."""
    targets: dict[str, list[Source]] = {}
    for source in sources:
        targets.setdefault(source.raw, []).append(source)
    merged: dict[str, dict[datetime, Summary]] = {}
    for raw, summary in summaries:
        for source in targets[raw]:
            buckets = merged.setdefault(source.metric, {})
            one = normalize_summary(summary, source)
            other = buckets.get(one.time)
            buckets[one.time] = _add(one, other) if other else one
    return {metric: _in_order(buckets) for metric, buckets in merged.items()}


def to_number(value: Decimal) -> float:
    """The nearest float; what is larger than any is the largest, for JSON knows no infinity."""
    return float(max(-_LARGEST, min(_LARGEST, value)))


def _add(one: Summary, other: Summary) -> Summary:
    return Summary(
        one.time,
        one.count + other.count,
        min(one.min, other.min),
        max(one.max, other.max),
        one.sum + other.sum,
    )


def _in_order(buckets: Mapping[datetime, Summary]) -> list[Summary]:
    return [buckets[time] for time in sorted(buckets)]
