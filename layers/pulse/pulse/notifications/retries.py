"""When a delivery that failed for now is tried again. Pure."""

from datetime import timedelta
from typing import Final

RETRIES: Final = 5
_FIRST: Final = timedelta(seconds=30)
_LONGEST: Final = timedelta(seconds=7200)
_JITTER: Final = 0.25


def delay_before(retry: int, *, retry_after_seconds: int | None, chance: float) -> timedelta | None:
    """How long to wait before the `retry`-th retry, the first being 1; None when there is none left.

    30 s, doubled each time, and up to a quarter more by `chance` (0 to 1), so that what failed together does not come
    back together. A wish of the other side is honoured up to two hours.
    """
    if retry > RETRIES:
        return None
    wait: timedelta = _FIRST * 2 ** (retry - 1)
    if retry_after_seconds is not None:
        wait = max(wait, timedelta(seconds=min(retry_after_seconds, _LONGEST.total_seconds())))
    return min(wait * (1 + _JITTER * chance), _LONGEST)
