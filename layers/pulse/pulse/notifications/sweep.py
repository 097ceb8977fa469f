"""Each minute: jobs that should be on their way and are not, because a function died or the queue was away."""

from datetime import datetime, timedelta
from typing import Final

from pulse.database import ingest_session
from pulse.notifications import job_store
from pulse.notifications.queue import enqueue

_GRACE: Final = timedelta(seconds=20)  # what is due this moment has its message on the queue
_MOST: Final = 5000


def sweep_jobs(now: datetime) -> int:
    """Enqueue what is overdue; return how many jobs that are. One that is enqueued twice is still sent once."""
    with ingest_session() as connection:
        keys = job_store.find_overdue(connection, now=now, grace=_GRACE, limit=_MOST)
    enqueue(keys)
    return len(keys)
