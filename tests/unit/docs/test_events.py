"""docs/events.md tells of exactly the events that the code publishes, with their fields."""

import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from pulse.alerts.telling import event_payload
from pulse.commands.telling import command_payload
from tests.unit.docs.markdown import first_column, section
from tests.unit.docs.published import literal_payload, published_types

PAGE = Path("docs/events.md")
DOCUMENTED = re.findall(r"^### `([\w.]+)`$", PAGE.read_text(), re.MULTILINE)


def test_every_event_that_is_published_is_documented_and_the_other_way_round() -> None:
    assert set(DOCUMENTED) == set(published_types())


def test_alert_events_carry_the_fields_that_are_documented() -> None:
    alert = {
        "alert_id": uuid4(),
        "device_id": "d",
        "site_id": "s",
        "type": "THRESHOLD",
        "severity": "HIGH",
        "status": "OPEN",
        "summary": "",
        "trigger_count": 1,
        "silenced_at": None,
        "silenced_until": None,
        "flapping_since": None,
        "suppressed_by": None,
        "group_id": None,
        "opened_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    before_the_first_event = section(PAGE, "## Alerts").partition("\n### ")[0]
    assert first_column(before_the_first_event) == list(event_payload(alert, by="system"))


def test_command_events_carry_the_fields_that_are_documented() -> None:
    command = {
        "command_id": uuid4(),
        "device_id": "d",
        "group_command_id": None,
        "name": "reboot",
        "status": "QUEUED",
        "reason": "",
        "created_by": "somebody",
        "expires_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    before_the_first_event = section(PAGE, "## Commands").partition("\n### ")[0]
    assert first_column(before_the_first_event) == list(command_payload(command))


ALIKE = ("alert.", "command.")


@pytest.mark.parametrize("event_type", [name for name in DOCUMENTED if not name.startswith(ALIKE)])
def test_an_event_carries_the_fields_that_are_documented(event_type: str) -> None:
    assert set(first_column(section(PAGE, f"### `{event_type}`"))) == literal_payload(event_type)
