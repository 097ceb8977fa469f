"""The dashboard asks for metrics that there are, with labels that they have."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pulse.operations.open_metrics import sample_name
from pulse.operations.system_metric import MEANINGS, SystemMetric

DASHBOARD: dict[str, Any] = json.loads(Path("docs/grafana/pulse.json").read_text())
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
QUERIES: list[dict[str, str]] = [target for panel in PANELS for target in panel["targets"]]
LABELS = {sample_name(metric): meaning.label for metric, meaning in MEANINGS.items()}


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query["expr"])
def test_a_query_is_about_a_metric_that_there_is_and_its_own_label(query: dict[str, str]) -> None:
    names = re.findall(r"\bpulse_\w+", query["expr"])
    assert names
    assert set(names) <= set(LABELS)
    labels = set(re.findall(r"(\w+)(?:=|!=|=~|!~)\"", query["expr"])) | set(
        re.findall(r"\{\{(\w+)\}\}", query["legendFormat"])
    )
    assert labels <= {LABELS[name] for name in names}


def test_every_metric_that_says_how_something_does_is_on_it() -> None:
    shown = {name for query in QUERIES for name in re.findall(r"\bpulse_\w+", query["expr"])}
    elsewhere = {
        SystemMetric.INGEST_MESSAGES,
        SystemMetric.INGEST_READINGS,
        SystemMetric.QUEUE_MESSAGES_IN_FLIGHT,
        SystemMetric.FUNCTION_INVOCATIONS,
        SystemMetric.FUNCTION_ERRORS,
        SystemMetric.DATABASE_CONNECTIONS,
        SystemMetric.DATABASE_CONNECTIONS_LIMIT,
        SystemMetric.TENANTS,
        SystemMetric.COLLECTION_DURATION,
    }
    assert {sample_name(metric) for metric in SystemMetric if metric not in elsewhere} <= shown


def test_panels_do_not_lie_on_each_other() -> None:
    cells = [
        (x, y)
        for panel in PANELS
        for place in [panel["gridPos"]]
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
