"""How long the delivery log is kept."""

from datetime import datetime, timedelta
from typing import Final

from pulse.database import ingest_session
from pulse.settings import settings

_BATCH: Final = 10_000


def delete_old_jobs(now: datetime) -> int:
    """Delete finished jobs with their attempts once they are older than their retention; return how many went."""
    before = now - timedelta(days=settings().notification_retention_days)
    deleted = 0
    while True:
        with ingest_session() as connection:
            batch = connection.execute(
                """
                DELETE FROM notification_jobs
                WHERE (tenant_id, job_id) IN (
                    SELECT tenant_id, job_id
                    FROM notification_jobs
                    WHERE created_at < %(before)s AND status <> 'PENDING'
                    LIMIT %(limit)s
                )
                """,
                {"before": before, "limit": _BATCH},
            ).rowcount
        deleted += batch
        if batch < _BATCH:
            return deleted
