"""No id that a customer chooses is a fixed word of a path in its place: such a thing could not be opened."""

import re
from pathlib import Path

import pytest

from pulse.devices.fields import RESERVED_DEVICE_IDS
from tests.routes import every_route

PAGES = [page.read_text() for page in Path("frontend/src/features").glob("*/index.ts*")]
CHOSEN = ("device_id", "site_id", "device_type", "tenant_id")


def words_in_place_of(parameter: str) -> set[str]:
    """Fixed words of routes at the place where another route has the parameter, whatever follows."""
    routes = [route.path.split("/") for _, route in every_route()]
    found: set[str] = set()
    for path in routes:
        if f"<{parameter}>" in path:
            place = path.index(f"<{parameter}>")
            found |= {other[place] for other in routes if len(other) > place and other[:place] == path[:place]}
    return {word for word in found if not word.startswith("<")}


def pages_in_place_of_devices() -> set[str]:
    """Fixed words of the application's pages at the place of a device's id."""
    paths = [path for page in PAGES for path in re.findall(r'path: "(?:/)?devices/([^"/]+)', page)]
    assert ":deviceId" in paths, "the pages are looked for where they are not"
    return {path for path in paths if not path.startswith(":")}


def test_a_device_has_no_id_that_is_a_word_of_the_api_or_of_the_application() -> None:
    assert words_in_place_of("device_id") | pages_in_place_of_devices() == RESERVED_DEVICE_IDS


@pytest.mark.parametrize("parameter", [name for name in CHOSEN if name != "device_id"])
def test_nothing_else_that_is_named_by_its_maker_has_fixed_words_beside_it(parameter: str) -> None:
    assert words_in_place_of(parameter) == set()
