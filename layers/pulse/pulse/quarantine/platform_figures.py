"""How many messages of all tenants were refused, for those who look after the installation."""

from datetime import datetime
from typing import NamedTuple

from pulse.database import Connection
from pulse.quarantine.reasons import Reason


class Refused(NamedTuple):
    """Messages that were refused in a minute for one reason; the tenant is the one that they claim, if any."""

    minute: datetime
    tenant_id: str | None
    reason: Reason
    messages: int


def count_refused(connection: Connection, *, start: datetime, end: datetime) -> int:
    """Messages refused from the minute `start` until before the minute `end`."""
    row = connection.execute(
        """
        SELECT coalesce(sum(messages), 0)::bigint AS messages
        FROM quarantine_counts
        WHERE minute >= %(start)s AND minute < %(end)s
        """,
        {"start": start, "end": end},
    ).fetchone()
    assert row is not None
    return int(row["messages"])


def recently_refused(connection: Connection, *, limit: int) -> list[Refused]:
    """What was refused last, by minute, tenant and reason, newest first."""
    rows = connection.execute(
        """
        SELECT minute, tenant_id, reason, messages
        FROM quarantine_counts
        ORDER BY minute DESC, messages DESC, reason, tenant_id
        LIMIT %(limit)s
        """,
        {"limit": limit},
    )
    return [Refused(**row | {"reason": Reason(row["reason"])}) for row in rows]
