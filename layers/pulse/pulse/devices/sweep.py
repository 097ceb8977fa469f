"""The minute sweep of the device plane: whatever is due though nobody asks. Bounded batches until time is up.

A step that fails is logged and leaves the others alone.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from pulse import clock
from pulse.devices.credential_endings import carry_out_ends
from pulse.devices.credential_warnings import warn_of_ends
from pulse.events.outbox import publish_due
from pulse.logging import logger


def sweep_devices(now: datetime, *, budget: timedelta) -> dict[str, int]:
    """Do what is due at `now`, at most for `budget`; return how many each step handled."""
    give_up_at = clock.now() + budget
    counts = {
        "credentials_ended": _repeat(lambda: carry_out_ends(now), give_up_at),
        "credentials_warned_of": _repeat(lambda: warn_of_ends(now), give_up_at),
    }
    publish_due()
    return counts


def _repeat(step: Callable[[], int], give_up_at: datetime) -> int:
    total = 0
    try:
        while clock.now() < give_up_at and (handled := step()):
            total += handled
    except Exception:
        logger.exception("sweep_step_failed", handled=total)
    return total
