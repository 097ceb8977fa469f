"""What a device's fields may hold."""

import pytest

from pulse.devices.fields import format_mac


@pytest.mark.parametrize(
    "text",
    ["00:1b:44:11:3a:b7", "00-1B-44-11-3A-B7", "001b.4411.3ab7", "001B44113AB7"],
)
def test_a_mac_address_is_the_same_however_it_is_written(text: str) -> None:
    assert format_mac(text) == "00:1b:44:11:3a:b7"


@pytest.mark.parametrize("text", ["00:1b", "00:1b:44:11:3a:g7", "00 1b 44 11 3a b7", "192.0.2.17"])
def test_what_is_no_mac_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="six bytes"):
        format_mac(text)
