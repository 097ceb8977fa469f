"""What Prometheus reads: well-formed, and named as the dashboard under docs/ has it."""

from pulse.operations.open_metrics import render, sample_name
from pulse.operations.system_metric import MEANINGS, Sample, SystemMetric
from tests.builders import NOON


def test_a_metric_has_its_type_its_help_and_its_values_with_times() -> None:
    text = render(
        [
            Sample(NOON, SystemMetric.DEVICES, "ONLINE", 3.0),
            Sample(NOON, SystemMetric.DEVICES, "OFFLINE", 1.0),
            Sample(NOON, SystemMetric.INGEST_MESSAGES, "", 12.0),
        ]
    )
    assert text == (
        "# TYPE pulse_devices gauge\n"
        "# HELP pulse_devices Devices in service, by status\n"
        'pulse_devices{status="OFFLINE"} 1.0 2142331200.000\n'
        'pulse_devices{status="ONLINE"} 3.0 2142331200.000\n'
        "# TYPE pulse_ingest_messages counter\n"
        "# HELP pulse_ingest_messages Device messages stored so far\n"
        "pulse_ingest_messages_total 12.0 2142331200.000\n"
        "# EOF\n"
    )


def test_nothing_is_an_answer_too() -> None:
    assert render([]) == "# EOF\n"


def test_a_name_that_ends_like_a_counter_is_one() -> None:
    for metric, meaning in MEANINGS.items():
        assert sample_name(metric).endswith("_total") == (meaning.kind == "counter")


def test_a_subject_can_not_break_out_of_its_label() -> None:
    text = render([Sample(NOON, SystemMetric.QUEUE_MESSAGES, 'a"b\\c\nd', 1.0)])
    assert 'pulse_queue_messages{queue="a\\"b\\\\c\\nd"} 1.0' in text
