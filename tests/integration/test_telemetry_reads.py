"""Reading telemetry: pages, histories, series and CSV, of one device and of nobody else's."""

import csv
import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from pulse import clock
from pulse.telemetry.ingest import ingest
from tests.builders import NOON, Fleet
from tests.routes import apis
from tests.unit.api.gateway import CALLER, make_context, make_event

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PATH = "/customer/devices/freezer-1/telemetry"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform's time stands at noon."""
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def readings(fleet: Fleet) -> Fleet:
    """A device that has sent a reading every ten minutes of the last three days, one of them a heartbeat."""
    fleet.add_device()
    ingest(
        [
            fleet.message({"seq": number, "metrics": {"temp_c": number % 10, "door_open": number % 2 == 0}}, at=time)
            for number, time in enumerate(times())
        ]
    )
    ingest([fleet.message(b"", msg_type="heartbeat", at=NOON - 5 * MINUTE)])
    return fleet


def times() -> list[datetime]:
    return [NOON - 3 * DAY + number * 10 * MINUTE for number in range(3 * 144)]


def get(fleet: Fleet, path: str, query: dict[str, str] | None = None, raw_query: str = "") -> dict[str, Any]:
    """The answer of the customer API to a viewer of the tenant, as API Gateway gets it."""
    authorizer = {**CALLER, "roles": "viewer", "tenant_id": fleet.tenant_id}
    event = make_event("GET", path, query=query, authorizer=authorizer)
    if raw_query:
        event["rawQueryString"] = raw_query
    return apis()["customer_api"].handle(event, make_context())


def read(fleet: Fleet, path: str, **query: str) -> dict[str, Any]:
    answer = get(fleet, path, query)
    assert answer["statusCode"] == 200, answer["body"]
    document: dict[str, Any] = json.loads(answer["body"])
    return document


def rows_of(answer: dict[str, Any]) -> list[list[str]]:
    assert answer["statusCode"] == 200, answer["body"]
    assert answer["headers"]["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer["body"], newline="")))


def test_pages_have_every_reading_once_newest_first(readings: Fleet) -> None:
    query = {"start": (NOON - 10 * DAY).isoformat(), "limit": "100"}
    found: list[str] = []
    while True:
        page = read(readings, PATH, **query)
        found += [reading["time"] for reading in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert found == sorted(found, reverse=True)
    assert len(found) == len(times()) + 1


@pytest.mark.parametrize(("history_range", "points"), [("1h", 6), ("6h", 36), ("24h", 96), ("7d", 72), ("30d", 12)])
def test_a_range_has_its_points(readings: Fleet, history_range: str, points: int) -> None:
    found = read(readings, f"{PATH}/history", metric="temp_c", range=history_range)
    assert len(found["points"]) == points
    assert sum(point["count"] for point in found["points"]) == {"1h": 6, "6h": 36, "24h": 144}.get(history_range, 432)


def test_a_history_takes_any_start_end_and_bucket(readings: Fleet) -> None:
    start = NOON - 2 * DAY
    query = {"start": start.isoformat(), "end": (start + HOUR).isoformat(), "bucket_seconds": "1800"}
    found = read(readings, f"{PATH}/history", metric="temp_c", **query)
    assert found["points"] == [
        {"time": "2037-11-18T12:00:00Z", "avg": 5.0, "min": 4.0, "max": 6.0, "count": 3},
        {"time": "2037-11-18T12:30:00Z", "avg": 8.0, "min": 7.0, "max": 9.0, "count": 3},
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"range": "24h", "start": "2037-11-20T00:00:00Z"}, "range"),
        ({"start": "2037-11-20T12:00:00Z", "end": "2037-11-20T12:00:00Z"}, "start"),
        ({"range": "30d", "bucket_seconds": "60"}, "bucket_seconds"),
    ],
)
def test_a_time_that_makes_no_sense_is_named(readings: Fleet, query: dict[str, str], field: str) -> None:
    for path in (f"{PATH}/history", f"{PATH}/series"):
        answer = get(readings, path, {"metric": "temp_c", **query})
        assert answer["statusCode"] == 400
        assert [error["field"] for error in json.loads(answer["body"])["errors"]] == [field]


def test_several_metrics_come_in_the_order_asked_for(readings: Fleet) -> None:
    answer = get(
        readings,
        f"{PATH}/series",
        {"metric": "door_open,nothing,temp_c", "range": "1h"},
        "metric=door_open&metric=nothing&metric=temp_c&range=1h",
    )
    found = json.loads(answer["body"])
    assert [(series["metric"], len(series["points"])) for series in found["series"]] == [
        ("door_open", 6),
        ("nothing", 0),
        ("temp_c", 6),
    ]
    assert {point["max"] for point in found["series"][0]["points"]} == {0.0, 1.0}
    alone = read(readings, f"{PATH}/history", metric="temp_c", range="1h")
    assert found["series"][2]["points"] == alone["points"]


def test_the_second_plane_answers_the_same(readings: Fleet) -> None:
    for path in ("telemetry", "telemetry/latest", "telemetry/history?metric=temp_c&range=7d", "telemetry/export"):
        place, _, text = path.partition("?")
        query = dict(part.split("=") for part in text.split("&")) if text else {}
        one, other = (get(readings, f"{plane}/devices/freezer-1/{place}", query) for plane in ("/customer", "/api/v2"))
        assert one["statusCode"] == 200
        assert one["body"] == other["body"]


def test_csv_has_a_column_for_each_metric_and_the_oldest_first(readings: Fleet) -> None:
    header, *rows = rows_of(get(readings, f"{PATH}/export", {"range": "1h"}))
    assert header == ["time", "device_id", "site_id", "seq", "door_open", "temp_c"]
    assert len(rows) == 6
    assert rows[0] == ["2037-11-20T11:00:00.000000Z", "freezer-1", "hall-a", "426", "true", "6"]
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_csv_has_its_header_when_there_is_nothing(fleet: Fleet) -> None:
    fleet.add_device()
    assert rows_of(get(fleet, f"{PATH}/export")) == [["time", "device_id", "site_id", "seq"]]
    chosen = rows_of(get(fleet, f"{PATH}/export", {"metric": "temp_c"}))
    assert chosen == [["time", "device_id", "site_id", "seq", "temp_c"]]


def test_csv_of_some_metrics_has_the_readings_with_any_of_them(fleet: Fleet) -> None:
    fleet.add_device()
    for minute, metrics in enumerate(({"a": 1}, {"b": 2}, {"a": 3, "c": 4}), start=-3):
        ingest([fleet.message({"metrics": metrics}, at=NOON + minute * MINUTE)])
    _, *rows = rows_of(get(fleet, f"{PATH}/export", {"metric": "a,c"}, "metric=a&metric=c"))
    assert [row[4:] for row in rows] == [["1", ""], ["3", "4"]]


def test_csv_goes_on_where_it_stopped(readings: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    query = {"start": (NOON - 10 * DAY).isoformat(), "end": NOON.isoformat()}
    [header, *whole] = rows_of(get(readings, f"{PATH}/export", query))
    assert len(whole) == len(times())

    def in_parts(**limits: str) -> list[list[str]]:
        found: list[list[str]] = []
        cursor: dict[str, str] = {}
        while True:
            answer = get(readings, f"{PATH}/export", {**query, **limits, **cursor})
            top, *rows = rows_of(answer)
            assert top == header
            found += rows
            if "X-Next-Cursor" not in answer["headers"]:
                return found
            assert rows
            cursor = {"cursor": answer["headers"]["X-Next-Cursor"]}

    assert in_parts(limit="100") == whole
    assert in_parts(limit="432") == whole
    monkeypatch.setattr("customer_api.routes.telemetry._MAX_CSV_CHARACTERS", 2000)
    assert in_parts() == whole


def test_readings_of_one_instant_are_not_lost_between_two_parts(fleet: Fleet) -> None:
    fleet.add_device()
    ingest([fleet.message({"message_id": f"m-{n}", "metrics": {"n": n}}, at=NOON - MINUTE) for n in range(5)])
    answer = get(fleet, f"{PATH}/export", {"limit": "2"})
    found = rows_of(answer)[1:]
    while "X-Next-Cursor" in answer["headers"]:
        answer = get(fleet, f"{PATH}/export", {"limit": "2", "cursor": answer["headers"]["X-Next-Cursor"]})
        found += rows_of(answer)[1:]
    assert sorted(row[4] for row in found) == ["0", "1", "2", "3", "4"]


def test_no_name_of_a_metric_becomes_a_formula(fleet: Fleet) -> None:
    fleet.add_device()
    ingest([fleet.message({"metrics": {'=HYPERLINK("x")': 1, "a,b": 2, 'say "hi"': 3}}, at=NOON - MINUTE)])
    header, row = rows_of(get(fleet, f"{PATH}/export"))
    assert header[4:] == ['\'=HYPERLINK("x")', "a,b", 'say "hi"']
    assert row[4:] == ["1", "2", "3"]


def test_a_file_has_a_name(readings: Fleet) -> None:
    answer = get(readings, f"{PATH}/export", {"range": "7d"})
    assert answer["headers"]["Content-Disposition"] == 'attachment; filename="freezer-1_telemetry_7d.csv"'


def test_a_metric_with_a_comma_has_a_history(fleet: Fleet) -> None:
    fleet.add_device()
    ingest([fleet.message({"metrics": {"a,b": 2}}, at=NOON - MINUTE)])
    found = read(fleet, f"{PATH}/history", metric="a,b", range="1h")
    assert found["points"][0]["max"] == 2
