"""Who is called by an alarm finds its page."""

import re
from pathlib import Path

import pytest

from local.dead_letters import way_back
from tests.unit.architecture.templates import RESOURCES, of_type
from tests.unit.docs.markdown import anchors

RUNBOOK = Path("docs/runbook.md")
TEMPLATES = [Path("template.yaml"), *sorted(Path("stacks").glob("*.yaml"))]


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_every_part_of_the_runbook_that_a_template_names_exists(template: Path) -> None:
    assert set(re.findall(r"docs/runbook\.md#([\w-]+)", template.read_text())) <= anchors(RUNBOOK)


def test_every_alarm_names_a_part_of_the_runbook() -> None:
    descriptions = [line for path in TEMPLATES for line in re.findall(r"AlarmDescription: (.+)", path.read_text())]
    alarms = sum(path.read_text().count("Type: AWS::CloudWatch::Alarm") for path in TEMPLATES)
    assert len(descriptions) == alarms > 0
    assert not [text for text in descriptions if "docs/runbook.md#" not in text]


def test_every_queue_of_failures_is_in_the_runbook() -> None:
    queues = [name for name in of_type("AWS::SQS::Queue") if "RedrivePolicy" not in RESOURCES[name]["Properties"]]
    assert queues
    assert not [name for name in queues if f"\n### {name}:" not in RUNBOOK.read_text()]


def test_what_the_runbook_puts_back_has_a_queue_to_go_to() -> None:
    queues = dict.fromkeys(of_type("AWS::SQS::Queue"), "address")
    named = re.findall(r"^dead_letters (show|redrive|purge) (\w+)", RUNBOOK.read_text(), re.MULTILINE)
    assert {action for action, _ in named} == {"show", "redrive", "purge"}
    for action, queue in named:
        assert queue in queues
        assert action != "redrive" or way_back(queues, queue), queue


def test_the_numbers_of_the_telemetry_queue_are_those_of_the_template() -> None:
    queue = RESOURCES["TelemetryQueue"]["Properties"]
    assert f"({queue['VisibilityTimeout']} s)" in RUNBOOK.read_text()
    assert f"up to {queue['RedrivePolicy']['maxReceiveCount']} times" in RUNBOOK.read_text()


def test_every_line_that_the_runbook_looks_for_is_logged() -> None:
    code = "\n".join(path.read_text() for folder in ("layers", "functions") for path in Path(folder).rglob("*.py"))
    for name in re.findall(r"^\| `([a-z_]+)` \|[^|\n]+\|[^|\n]+\|$", RUNBOOK.read_text(), re.MULTILINE):
        assert re.search(rf'logger\.\w+\(\s*"{name}"', code), name


def test_every_function_is_in_the_runbook_once_with_what_its_failing_means() -> None:
    section = RUNBOOK.read_text().split("### What a failing function means for people")[1].split("\n## ")[0]
    assert sorted(re.findall(r"^\| `([a-z_]+)` \| .+ \|$", section, re.MULTILINE)) == sorted(
        path.parent.name for path in Path("functions").glob("*/app.py")
    )


def test_a_function_and_the_output_with_its_name_are_called_alike() -> None:
    for name in of_type("AWS::Serverless::Function"):
        words = re.findall(r"[A-Z][a-z]*", name.removesuffix("Function"))
        assert RESOURCES[name]["Properties"]["Handler"] == f"{'_'.join(words).lower()}.app.handler"
