"""Once a minute: what the installation is like is measured, kept and judged, and operators are told what is wrong."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from pulse.alerts.figures.platform import count_flow, count_live
from pulse.alerts.lifecycle import close_alerts, open_alerts
from pulse.database import Connection, ingest_session
from pulse.devices.fleet_figures import count_devices
from pulse.events.outbox_figures import read_outbox_figures
from pulse.logging import logger
from pulse.notifications.platform_figures import count_attempts, count_waiting_jobs, share_failed
from pulse.operations.cloud_readings import read_cloudwatch, read_queues
from pulse.operations.component import judge
from pulse.operations.health_alerts import changes_of_health
from pulse.operations.metric_store import STILL_TRUE, read_newest, whole_minute, write_samples
from pulse.operations.stack_parts import stack_parts
from pulse.operations.system_metric import Measured, SystemMetric
from pulse.quarantine.platform_figures import count_refused
from pulse.realtime.followers import count_connections
from pulse.settings import settings
from pulse.telemetry.progress import longest_wait
from pulse.telemetry.usage import stored_so_far
from pulse.tenants.registry import count_tenants

_MINUTE: Final = timedelta(minutes=1)


def collect_metrics(now: datetime) -> dict[str, int]:
    """Measure everything, whatever part of it fails; return how many values came, sources failed, alerts changed."""
    started = time.perf_counter()
    minute = whole_minute(now)
    measured, failed = measure(minute, _sources(now, minute))
    measured.append(Measured(SystemMetric.COLLECTION_DURATION, time.perf_counter() - started))
    with ingest_session() as connection:
        write_samples(connection, measured, time=minute)
    with ingest_session() as connection:
        opened, closed = tell_of_health(connection, minute)
    return {"values": len(measured), "sources_failed": failed, "alerts_opened": opened, "alerts_closed": closed}


def measure(minute: datetime, sources: dict[str, Callable[[], Iterable[Measured]]]) -> tuple[list[Measured], int]:
    """The values of all sources that answer, and how many did not."""
    measured: list[Measured] = []
    failed = 0
    for name, source in sources.items():
        try:
            measured += source()
        except Exception:
            logger.exception("metric_source_failed", metric_source=name, minute=str(minute))
            failed += 1
    return measured, failed


def tell_of_health(connection: Connection, minute: datetime) -> tuple[int, int]:
    """Open and close the alerts of components by what was measured; return how many alerts are new, and closed."""
    before = judge(read_newest(connection, until=minute - _MINUTE), minute - _MINUTE, still_true=STILL_TRUE)
    latest = judge(read_newest(connection, until=minute), minute, still_true=STILL_TRUE)
    changes = changes_of_health(before, latest, minute)
    return open_alerts(connection, changes.openings), close_alerts(connection, changes.closings)


def _sources(now: datetime, minute: datetime) -> dict[str, Callable[[], Iterable[Measured]]]:
    sources: dict[str, Callable[[], Iterable[Measured]]] = {
        "database": _database,
        "ingest": lambda: _ingest(now, minute),
        "fleet": _fleet,
        "alerts": lambda: _alerts(minute),
        "notifications": lambda: _notifications(now, minute),
        "outbox": lambda: _outbox(now),
        "realtime": lambda: [Measured(SystemMetric.WEBSOCKET_CONNECTIONS, count_connections())],
        "queues": lambda: read_queues(stack_parts().queues),
    }
    # CloudWatch bills each value that is asked for.
    every = settings().cloud_metrics_minutes
    if minute.minute % every == 0:
        sources["cloudwatch"] = lambda: read_cloudwatch(stack_parts(), end=minute, period=every * _MINUTE)
    return sources


def _database() -> Iterator[Measured]:
    with ingest_session() as connection:
        started = time.perf_counter()
        connection.execute("SELECT 1")
        latency = time.perf_counter() - started
        row = connection.execute("SELECT * FROM pulse_database_figures()").fetchone()
    assert row is not None
    yield Measured(SystemMetric.DATABASE_LATENCY, latency)
    yield Measured(SystemMetric.DATABASE_CONNECTIONS, row["connections"])
    yield Measured(SystemMetric.DATABASE_CONNECTIONS_LIMIT, row["connections_limit"])
    yield Measured(SystemMetric.DATABASE_CONNECTIONS_RATIO, row["connections"] / row["connections_limit"])
    yield Measured(SystemMetric.DATABASE_SIZE, row["size_bytes"])
    yield Measured(SystemMetric.DATABASE_SLOW_STATEMENTS, row["slow_statements"])


def _ingest(now: datetime, minute: datetime) -> Iterator[Measured]:
    with ingest_session() as connection:
        stored = stored_so_far(connection).values()
        waited = longest_wait(connection, since=now - 2 * _MINUTE)
        refused = count_refused(connection, start=minute - _MINUTE, end=minute)
        newest = {(sample.metric): sample for sample in read_newest(connection, until=minute - _MINUTE / 60)}
    messages = sum(count.messages for count in stored)
    yield Measured(SystemMetric.INGEST_MESSAGES, messages)
    yield Measured(SystemMetric.INGEST_READINGS, sum(count.readings for count in stored))
    last = newest.get(SystemMetric.INGEST_MESSAGES)
    if last is not None and messages >= last.value:
        yield Measured(SystemMetric.INGEST_RATE, (messages - last.value) / (minute - last.time).total_seconds())
    if waited is not None:
        yield Measured(SystemMetric.INGEST_LATENCY, waited.total_seconds())
    yield Measured(SystemMetric.REFUSED_MESSAGES, refused)


def _fleet() -> Iterator[Measured]:
    with ingest_session() as connection:
        devices = count_devices(connection)
        tenants = count_tenants(connection)
    yield from (Measured(SystemMetric.DEVICES, count, status.value) for status, count in devices.items())
    yield from (Measured(SystemMetric.TENANTS, count, status.value) for status, count in tenants.items())


def _alerts(minute: datetime) -> Iterator[Measured]:
    with ingest_session() as connection:
        live = count_live(connection)
        flow = count_flow(connection, start=minute - _MINUTE, end=minute)
    yield from (Measured(SystemMetric.LIVE_ALERTS, count, severity.value) for severity, count in live.items())
    yield Measured(SystemMetric.ALERTS_OPENED, flow.opened)
    yield Measured(SystemMetric.ALERTS_CLOSED, flow.closed)


def _notifications(now: datetime, minute: datetime) -> Iterator[Measured]:
    with ingest_session() as connection:
        attempts = count_attempts(connection, start=minute - _MINUTE, end=minute)
        failed = share_failed(count_attempts(connection, start=minute - 5 * _MINUTE, end=minute))
        waiting = count_waiting_jobs(connection, now)
    yield from (Measured(SystemMetric.NOTIFICATIONS, count, outcome) for outcome, count in attempts.items())
    if failed is not None:
        yield Measured(SystemMetric.NOTIFICATIONS_FAILED_RATIO, failed)
    yield Measured(SystemMetric.NOTIFICATIONS_WAITING, waiting.jobs)
    yield Measured(SystemMetric.NOTIFICATIONS_OVERDUE, waiting.overdue.total_seconds())


def _outbox(now: datetime) -> Iterator[Measured]:
    with ingest_session() as connection:
        outbox = read_outbox_figures(connection, now)
    yield Measured(SystemMetric.OUTBOX_EVENTS, outbox.events)
    yield Measured(SystemMetric.OUTBOX_OLDEST_AGE, outbox.oldest_age.total_seconds())
