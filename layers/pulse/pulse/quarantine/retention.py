"""How long refused messages and their counts are kept: they are there to be looked into, and for nothing else."""

from datetime import datetime, timedelta
from typing import Final

from pulse.database import ingest_session
from pulse.settings import settings

_BATCH: Final = 10_000


def delete_old_entries(now: datetime) -> int:
    """Delete what is older than its retention, a batch in a transaction; return how many messages went."""
    before = now - timedelta(days=settings().quarantine_retention_days)
    deleted = 0
    while True:
        with ingest_session() as connection:
            batch = connection.execute(
                """
                DELETE FROM quarantine_events
                WHERE quarantine_id IN (
                    SELECT quarantine_id
                    FROM quarantine_events
                    WHERE received_at < %(before)s
                    ORDER BY received_at
                    LIMIT %(limit)s
                )
                """,
                {"before": before, "limit": _BATCH},
            ).rowcount
        deleted += batch
        if batch < _BATCH:
            break
    with ingest_session() as connection:
        connection.execute("DELETE FROM quarantine_counts WHERE minute < %(before)s", {"before": before})
    return deleted
