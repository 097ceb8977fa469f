"""What the page on performance says is what is measured, and what is measured is on it."""

import re
from pathlib import Path

from tests.bench.__main__ import BENCHES

PAGE = Path("docs/performance.md")


def test_every_benchmark_of_telemetry_is_explained_and_nothing_that_is_none() -> None:
    part = PAGE.read_text().partition("\n## What is measured")[2].partition("\n## ")[0]
    explained = set(re.findall(r"^\| `([a-z_]+)` \|", part, re.MULTILINE))
    assert {name for name in BENCHES if name.startswith(("ingest", "telemetry"))} <= explained <= set(BENCHES)


def test_the_costs_of_a_path_are_the_sum_of_their_parts() -> None:
    table = PAGE.read_text().partition("## Cost")[2]
    rows = re.findall(r"^\| (.+) \|$", table, re.MULTILINE)
    amounts = [[cell.strip() for cell in row.split("|")] for row in rows if "$" not in row]
    parts = [[float(cell) for cell in cells[1:]] for cells in amounts if re.fullmatch(r"[\d.]+", cells[-1])]
    assert len(parts) > 3
    *lines, total = parts
    assert [round(sum(column), 2) for column in zip(*lines, strict=True)] == total
