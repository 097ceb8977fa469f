"""Rows as CSV and as JSON."""

import csv
import io
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pulse.exports.export import Dataset, Format
from pulse.exports.writing import Encoder
from tests.builders import NOON

COLUMNS = ("device_id", "name", "tags", "last_seen_at")
READING_COLUMNS = ("device_id", "site_id", "time", "seq", "metrics")
READING = {
    "device_id": "d-1",
    "site_id": "hall-a",
    "time": NOON,
    "seq": 7,
    "metrics": {"temp_c": 4.5, "=open()": True},
}
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)


def device(**changes: Any) -> dict[str, Any]:
    return {"device_id": "d-1", "name": "Dairy", "tags": {}, "last_seen_at": NOON, **changes}


def written(encoder: Encoder, *pages: list[dict[str, Any]]) -> str:
    return b"".join([encoder.begin(), *map(encoder.encode, pages), encoder.end()]).decode()


def devices_as(file_format: Format) -> Encoder:
    return Encoder(Dataset.DEVICES, file_format, COLUMNS)


def lines(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@given(texts)
def test_what_was_written_as_csv_is_read_again_and_is_no_formula(name: str) -> None:
    header, [_, cell, _, _] = lines(written(devices_as(Format.CSV), [device(name=name)]))
    assert header == list(COLUMNS)
    assert cell in (name, f"'{name}")
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(st.lists(texts, max_size=3), max_size=4))
def test_json_is_one_array_of_everything_however_the_rows_come(pages: list[list[str]]) -> None:
    text = written(devices_as(Format.JSON), *[[device(name=name) for name in page] for page in pages])
    assert [entry["name"] for entry in json.loads(text)] == [name for page in pages for name in page]


def test_json_has_an_object_on_each_line() -> None:
    _, first, second, _, _ = written(devices_as(Format.JSON), [device(name="a")], [device(name="b")]).split("\n")
    assert json.loads(first.removesuffix(",")) == {**device(name="a"), "last_seen_at": "2037-11-20T12:00:00.000000Z"}
    assert json.loads(second)["name"] == "b"


def test_a_reading_has_a_line_of_csv_for_each_metric() -> None:
    assert lines(written(Encoder(Dataset.TELEMETRY, Format.CSV, READING_COLUMNS), [READING])) == [
        ["device_id", "site_id", "time", "seq", "metric", "value"],
        ["d-1", "hall-a", "2037-11-20T12:00:00.000000Z", "7", "temp_c", "4.5"],
        ["d-1", "hall-a", "2037-11-20T12:00:00.000000Z", "7", "'=open()", "true"],
    ]


def test_tags_are_json_in_a_cell() -> None:
    _, [_, _, tags, _] = lines(written(devices_as(Format.CSV), [device(tags={"zone": "dairy"})]))
    assert json.loads(tags) == {"zone": "dairy"}
