"""When to warn of a credential's end, and what is a signing request of a device."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.devices.credential import next_warning
from pulse.devices.signing import make_key, require_signing_request
from pulse.errors import InvalidInputError
from tests.builders import NOON

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("left", "warned_before"),
    [
        (60 * DAY, 30),
        (30 * DAY + timedelta(seconds=1), 30),
        (30 * DAY, 7),
        (7 * DAY, 1),
        (DAY + timedelta(seconds=1), 1),
        (DAY, None),
        (timedelta(), None),
        (-DAY, None),
    ],
)
def test_the_next_warning_is_the_first_that_lies_ahead(left: timedelta, warned_before: int | None) -> None:
    expected = None if warned_before is None else NOON + left - warned_before * DAY
    assert next_warning(NOON + left, NOON) == expected


def test_what_has_no_end_is_not_warned_of() -> None:
    assert next_warning(None, NOON) is None


@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=400)))
def test_following_the_warnings_gives_three_at_most_and_ends(left: timedelta) -> None:
    expires_at = NOON + left
    now, warnings = NOON, []
    while (due := next_warning(expires_at, now)) is not None:
        assert now < due < expires_at
        warnings.append(expires_at - due)
        now = due
    assert warnings == [ahead for ahead in (30 * DAY, 7 * DAY, DAY) if ahead < left]


def test_a_key_that_is_made_here_comes_with_a_request_for_its_device() -> None:
    require_signing_request(make_key("freezer-1").signing_request, "freezer-1")


@pytest.mark.parametrize("device_id", ["freezer-2", "Freezer-1", "freezer-1 ", ""])
def test_a_request_for_another_device_is_refused(device_id: str) -> None:
    with pytest.raises(InvalidInputError, match="common name"):
        require_signing_request(make_key("freezer-1").signing_request, device_id)


def test_a_request_that_was_tampered_with_is_refused() -> None:
    lines = make_key("freezer-1").signing_request.splitlines()
    other = make_key("freezer-1").signing_request.splitlines()
    with pytest.raises(InvalidInputError):
        require_signing_request("\n".join([*lines[:-2], other[-2], lines[-1]]), "freezer-1")
