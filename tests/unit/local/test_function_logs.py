"""How function logs are shown, and which line is the last error."""

import json

import pytest

from local.function_logs import LogLine, format_line, last_error
from local.stack_resources import folder_name


def make_line(text: str, *, function: str = "ingest_telemetry", milliseconds: int = 1_767_225_600_000) -> LogLine:
    return LogLine(milliseconds, event_id=f"{function}{milliseconds}{text}", function=function, text=text)


def structured(**fields: object) -> str:
    return json.dumps({"level": "INFO", "message": "done", "service": "pulse", **fields}, separators=(",", ":"))


def test_a_structured_line_shows_its_message_and_what_it_adds() -> None:
    line = make_line(structured(message="telemetry_ingested", accepted=3, cold_start=False))
    assert format_line(line) == "00:00:00 ingest_telemetry   INFO telemetry_ingested accepted=3"


def test_an_exception_shows_what_happened_and_not_the_way_to_it() -> None:
    text = structured(level="ERROR", message="failed", exception="Traceback…\n  File x\nValueError: no", stack_trace={})
    assert format_line(make_line(text)).endswith("ERROR failed ValueError: no")


def test_other_lines_are_shown_as_they_are() -> None:
    assert format_line(make_line("{not json\n")) == "00:00:00 ingest_telemetry   {not json"


def test_the_last_error_of_a_traceback_is_its_last_line() -> None:
    lines = [
        make_line(structured(level="ERROR", message="older")),
        make_line("Traceback (most recent call last):"),
        make_line("Traceback lines of a neighbour", function="relay_outbox"),
        make_line('  File "app.py", line 1'),
        make_line("ZeroDivisionError: division by zero"),
        make_line(structured()),
    ]
    found = last_error([line for line in lines if line.function == "ingest_telemetry"])
    assert found is not None
    assert found.text == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize("text", ["2026 Task timed out after 3.00 seconds", "[ERROR] Runtime.ExitError"])
def test_the_runtimes_own_failures_are_errors(text: str) -> None:
    assert last_error([make_line(text), make_line(structured())]) == make_line(text)


def test_no_error_is_none() -> None:
    assert last_error([make_line(structured()), make_line("START RequestId: 1")]) is None


@pytest.mark.parametrize(
    ("logical", "folder"),
    [("IngestTelemetryFunction", "ingest_telemetry"), ("CustomerApiFunction", "customer_api")],
)
def test_functions_are_called_by_their_folder(logical: str, folder: str) -> None:
    assert folder_name(logical) == folder
