"""Changes of configuration are told every other second: what changes meanwhile is told by the same message.

The message is sent when those seconds are over, so that whoever reads after it reads all of them. It is a hint: one
that is lost costs those who look the time until they read again of their own accord, and the change itself nothing.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from pulse import clock
from pulse.clock import format_instant
from pulse.logging import logger
from pulse.operations.changes import Change
from pulse.realtime.channels import CHANGED, READ_BY
from pulse.realtime.queue import offer
from pulse.settings import settings
from pulse.transient import Key, TransientUnavailableError, create_entry

_SECONDS: Final = 2
_LIFETIME: Final = timedelta(seconds=30)


def tell_changes(changes: Iterable[Change]) -> None:
    """Have changes told that are committed. Of a tenant's kind one message is sent every other second at most.

    Where no realtime queue is set, as in a benchmark, there is nobody to look.
    """
    if settings().realtime_queue_url is None:
        return
    now = clock.now()
    turn, into_it = divmod(now.timestamp(), _SECONDS)
    try:
        untold = [
            {"tenant_id": change.tenant_id, "time": format_instant(now), "kind": change.kind}
            for change in sorted(changes)
            if change.kind in READ_BY and _is_first(change, int(turn))
        ]
    except TransientUnavailableError as error:
        logger.warning("changes_not_told", reason=str(error))
        return
    if untold:
        offer(CHANGED, untold, delay_seconds=int(_SECONDS - into_it) + 1)


def _is_first(change: Change, turn: int) -> bool:
    key = Key(f"CHANGES#{change.tenant_id}#{change.kind}", str(turn))
    return create_entry(key, {}, lifetime=_LIFETIME) is None
