"""A storm of notifications: five thousand to one receiver that fails every tenth at first. Each is delivered once."""

import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Final
from unittest.mock import patch
from uuid import UUID

import psycopg

from pulse.notifications import delivery
from pulse.notifications.delivery import deliver
from pulse.notifications.job_store import JobKey
from tests.bench.database import fresh_database
from tests.bench.figure import Figure
from tests.integration.outbound.servers import Received, Receiver, Reply, running

_NOTIFICATIONS: Final = 5000
_FUNCTIONS: Final = 4
_CHUNK: Final = 50
_RATE: Final = 100.0
_FAILS_EVERY: Final = 10
_STORM: Final = """
    INSERT INTO tenants (tenant_id, name) VALUES ('acme', 'Acme');
    INSERT INTO notification_channels (tenant_id, name, kind, destination, config)
    VALUES ('acme', 'NOC', 'webhook', 'the receiver', jsonb_build_object('url', '{url}'));
    INSERT INTO alerts (tenant_id, fingerprint, source, type, severity, summary, details, opened_at, last_triggered_at)
    SELECT 'acme', 'TEST:' || n, 'rule', 'THRESHOLD', 'HIGH', 'too warm', '{{}}', now(), now()
    FROM generate_series(1, {notifications}) AS n;
    INSERT INTO notification_jobs (tenant_id, alert_id, fingerprint, event, target, channel_id, kind, reason,
                                   happened_at, happened_by, due_at)
    SELECT alerts.tenant_id, alert_id, fingerprint, 'opened', channel_id::text, channel_id, 'webhook', 'all', now(),
           'system', now()
    FROM alerts JOIN notification_channels USING (tenant_id);
"""


class FlakyReceiver(Receiver):
    """Answers 503 to the first request of every tenth notification, by its id."""

    def __init__(self) -> None:
        super().__init__(None)
        self._lock = threading.Lock()
        self._failed: set[str] = set()

    def next_reply(self, request: Received) -> Reply:
        """The reply to a request."""
        notification = request.headers["webhook-id"]
        with self._lock:
            if is_failing(notification) and notification not in self._failed:
                self._failed.add(notification)
                return Reply(status=503)
        return Reply()


def is_failing(notification: str) -> bool:
    """Whether the first request of a notification fails."""
    return UUID(notification).int % _FAILS_EVERY == 0


def measure() -> Iterator[Figure]:
    """Each function works through all that is due, as a queue that delivers more than once might have it.

    The waits before retries are left out: nobody works then.
    """
    settings = {
        "OUTBOUND_ALLOWED_NETWORKS": "127.0.0.0/8",
        "OUTBOUND_ALLOW_PLAINTEXT": "true",
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",  # what the functions log stands between the figures otherwise
    }
    with running(FlakyReceiver()) as receiver, fresh_database(**settings) as owner_url:
        with (
            psycopg.connect(owner_url, autocommit=True) as owner,
            # As functions have: each process has a connection of its own.
            ProcessPoolExecutor(_FUNCTIONS, mp_context=multiprocessing.get_context("spawn")) as functions,
        ):
            url = f"http://127.0.0.1:{receiver.server_port}"
            owner.execute(_STORM.format(url=url, notifications=_NOTIFICATIONS).encode())
            list(functions.map(deliver_all, [[]] * _FUNCTIONS))
            took = 0.0
            while due := _due(owner):
                chunks = [due[first : first + _CHUNK] for first in range(0, len(due), _CHUNK)]
                started = time.perf_counter()
                list(functions.map(deliver_all, chunks + chunks))
                took += time.perf_counter() - started
                owner.execute("UPDATE notification_jobs SET due_at = now() WHERE status = 'PENDING'")
        requests = Counter(request.headers["webhook-id"] for request in receiver.received)
    _prove(requests)
    failures = requests.total() - _NOTIFICATIONS
    name = f"delivery_storm, {_NOTIFICATIONS:,} and {failures} failures, each delivered once"
    yield Figure(name, _NOTIFICATIONS / took, "/s", _RATE, "asked for")


def deliver_all(keys: Sequence[tuple[str, str]]) -> None:
    """What one function does; SQS is not what is measured."""
    with patch.object(delivery, "enqueue", lambda *_, **__: None):
        for tenant_id, job_id in keys:
            deliver(JobKey(tenant_id, UUID(job_id)))


def _due(owner: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    rows = owner.execute("SELECT tenant_id, job_id::text FROM notification_jobs WHERE status = 'PENDING'").fetchall()
    return [(str(tenant_id), str(job_id)) for tenant_id, job_id in rows]


def _prove(requests: Counter[str]) -> None:
    wrong = {name for name, times in requests.items() if times != (2 if is_failing(name) else 1)}
    if wrong or len(requests) != _NOTIFICATIONS:
        message = f"{len(requests)} of {_NOTIFICATIONS} notifications arrived, {len(wrong)} of them too often"
        raise RuntimeError(message)
