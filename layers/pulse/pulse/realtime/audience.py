"""Only those are told who would still be let in: a connection lives for hours, a sign-in may end any minute."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from pulse import clock
from pulse.database import ingest_session
from pulse.identity.standing import Visitor, not_welcome
from pulse.realtime.followers import Follower

_BELIEVED_FOR: Final = timedelta(seconds=40)
_MOST_REMEMBERED: Final = 50_000
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_judged: dict[Follower, datetime] = {}


def judge(followers: Iterable[Follower]) -> set[Follower]:
    """Those of the followers who are no longer let in. What was found to be well is believed for 40 s.

    Raises psycopg.Error.
    """
    now = clock.now()
    unknown = [follower for follower in set(followers) if now - _judged.get(follower, _NEVER) >= _BELIEVED_FOR]
    if not unknown:
        return set()
    visitors = {follower: _visitor(follower) for follower in unknown}
    with ingest_session() as connection:
        refused = not_welcome(connection, set(visitors.values()), now=now)
    if len(_judged) > _MOST_REMEMBERED:
        _judged.clear()
    _judged.update((follower, now) for follower, visitor in visitors.items() if visitor not in refused)
    return {follower for follower, visitor in visitors.items() if visitor in refused}


def forget_judgements() -> None:
    """Ask anew about everybody. For tests."""
    _judged.clear()


def _visitor(follower: Follower) -> Visitor:
    return Visitor(follower.tenant_id, follower.user_id, follower.session_id, follower.address, follower.connected_at)
