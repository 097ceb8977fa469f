"""What the stack believes in, compared with what the emulator has."""

from local.stack_resources import missing


def test_what_is_there_is_not_missing() -> None:
    assert missing({"IngestTelemetryFunction": "pulse-Ingest-1"}, ["pulse-Ingest-1", "other"]) == []


def test_what_is_not_there_is_named_as_in_the_template() -> None:
    assert missing({"TelemetryRule": "pulse_telemetry", "HeartbeatRule": "pulse_heartbeat"}, ["pulse_heartbeat"]) == [
        "TelemetryRule"
    ]


def test_a_queue_is_the_same_under_any_host() -> None:
    queue = {"TelemetryQueue": "http://localhost:4566/000000000000/pulse-TelemetryQueue-1"}
    assert missing(queue, ["http://127.0.0.1:4566/000000000000/pulse-TelemetryQueue-1"]) == []
