"""Samples as OpenMetrics text (https://prometheus.io/docs/specs/om/open_metrics_spec/). Pure."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final

from pulse.operations.system_metric import MEANINGS, Sample, SystemMetric

CONTENT_TYPE: Final = "application/openmetrics-text"
_VERSION: Final = "version=1.0.0; charset=utf-8"
CONTENT_TYPE_WITH_VERSION: Final = f"{CONTENT_TYPE}; {_VERSION}"


def render(samples: Sequence[Sample]) -> str:
    """Each metric with its help, its values with their times, and the end mark that tells it from a torn answer."""
    by_metric = sorted(samples, key=attrgetter("metric", "subject"))
    lines = [line for metric, group in groupby(by_metric, key=attrgetter("metric")) for line in _family(metric, group)]
    return "\n".join([*lines, "# EOF", ""])


def family_name(metric: SystemMetric) -> str:
    """What a metric is called by those who scrape it."""
    return f"pulse_{metric.value}"


def sample_name(metric: SystemMetric) -> str:
    """What a value is called: a counter's has `_total` at its end."""
    return family_name(metric) + ("_total" if MEANINGS[metric].kind == "counter" else "")


def _family(metric: SystemMetric, samples: Iterator[Sample]) -> Iterator[str]:
    meaning = MEANINGS[metric]
    yield f"# TYPE {family_name(metric)} {meaning.kind}"
    yield f"# HELP {family_name(metric)} {_escaped(meaning.help)}"
    for sample in samples:
        label = f'{{{meaning.label}="{_escaped(sample.subject)}"}}' if meaning.label else ""
        yield f"{sample_name(metric)}{label} {sample.value!r} {sample.time.timestamp():.3f}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
