"""docs/notifications.md tells of every variable and every kind of channel."""

from pathlib import Path

from pulse.notifications.channels.registry import kinds
from pulse.notifications.notice import VARIABLE_NAMES
from tests.unit.docs.markdown import first_column, section

PAGE = Path("docs/notifications.md")


def test_every_variable_of_templates_is_documented() -> None:
    assert set(first_column(section(PAGE, "## Templates"))) == VARIABLE_NAMES


def test_every_kind_of_channel_is_documented() -> None:
    assert set(first_column(section(PAGE, "## Channels"))) == {name.value for name in kinds()}
