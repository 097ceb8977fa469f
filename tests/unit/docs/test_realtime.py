"""docs/realtime.md names every channel of changes, and the kinds that are told on it."""

import re
from pathlib import Path

from pulse.realtime.channels import READ_BY, change_channel
from tests.unit.docs.markdown import section


def test_the_channels_of_changes_are_documented_with_their_kinds() -> None:
    table = section(Path("docs/realtime.md"), "## Hear").partition("| `<what>` | `kind` |")[2]
    documented = {
        (f"changes:{what}", kind)
        for what, kinds in re.findall(r"^\| `([\w-]+)` \| (.+) \|$", table, re.MULTILINE)
        for kind in re.findall(r"`(\w+)`", kinds)
    }
    assert documented == {(change_channel(permission), kind) for kind, permission in READ_BY.items()}
