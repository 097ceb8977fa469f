"""How the installation itself does, as operators look into it: health, series of any metric, capacity."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from pydantic import Field

from pulse import clock
from pulse.database import Connection
from pulse.errors import FieldError, InvalidInputError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.models import Model
from pulse.operations.audit import audited_operator_session
from pulse.operations.component import ComponentHealth, Figure, HealthLevel, judge, worst
from pulse.operations.metric_store import STILL_TRUE, read_newest, read_series
from pulse.operations.noc import Curve, Feed, curves_of
from pulse.operations.open_metrics import render
from pulse.operations.system_metric import MEANINGS, Kind, SystemMetric

_MOST_POINTS: Final = 1000
_LONGEST: Final = timedelta(days=90)
_TABLES: Final = 10


class SystemHealth(Feed):
    """How every component does, and why."""

    health: HealthLevel = Field(description="Of the worst component")
    components: list[ComponentHealth]


class SystemMetricMeaning(Model):
    """A metric that there is, with its newest values."""

    metric: SystemMetric
    help: str
    unit: str
    kind: Kind
    label: str | None = Field(description="What its subjects are, such as `queue`; null where there is only one value")
    newest: list[Figure]


class SystemMetricList(Feed):
    """All metrics."""

    items: list[SystemMetricMeaning]


class SystemSeries(Feed):
    """Metrics over time."""

    start: datetime
    end: datetime
    step_seconds: int
    curves: list[Curve]


class TableSize(Model):
    """A table with all that belongs to it."""

    table_name: str
    size_bytes: int


class CostlyStatement(Model):
    """A statement that the database has spent much time on since its counters were reset."""

    statement: str = Field(description="With $1 in the place of values")
    calls: int
    mean_milliseconds: float
    total_milliseconds: float
    rows_returned: int


class Capacity(Feed):
    """How much of what there is, is taken."""

    database_size_bytes: int
    database_connections: int
    database_connections_limit: int
    slow_statements: int = Field(description="Running for more than a second at this moment")
    largest_tables: list[TableSize] = Field(description=f"At most {_TABLES}, the largest first")
    costly_statements: list[CostlyStatement] = Field(
        description="Those that took most time in all; empty where the server has no pg_stat_statements"
    )


def get_health(actor: Principal, *, origin: Origin) -> SystemHealth:
    """Every component. Raises NotPermittedError."""
    now = clock.now()
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_SYSTEM, action="system.health", origin=origin
    ) as connection:
        components = judge(read_newest(connection, until=now), now, still_true=STILL_TRUE)
    return SystemHealth(as_of=now, health=worst(component.health for component in components), components=components)


def list_metrics(actor: Principal, *, origin: Origin) -> SystemMetricList:
    """What is measured, with the newest values. Raises NotPermittedError."""
    now = clock.now()
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_SYSTEM, action="system.list_metrics", origin=origin
    ) as connection:
        samples = read_newest(connection, until=now)
    return SystemMetricList(
        as_of=now,
        items=[
            SystemMetricMeaning(
                metric=metric,
                **meaning._asdict(),
                newest=[
                    Figure(metric=metric, subject=sample.subject, value=sample.value, unit=meaning.unit)
                    for sample in samples
                    if sample.metric is metric
                ],
            )
            for metric, meaning in MEANINGS.items()
        ],
    )


def get_series(
    actor: Principal,
    metrics: Sequence[SystemMetric],
    *,
    start: datetime | None,
    end: datetime | None,
    origin: Origin,
) -> SystemSeries:
    """Metrics from `start` (an hour before `end`) until before `end` (now), at most 1000 points a curve.

    Raises NotPermittedError, InvalidInputError for more than 90 days.
    """
    now = clock.now()
    end = end or now
    start = start or end - timedelta(hours=1)
    if not timedelta(0) < end - start <= _LONGEST:
        reason = f"must be at most {_LONGEST.days} days before end, and before it"
        raise InvalidInputError(f"start {reason}", errors=(FieldError("start", reason),))
    step = timedelta(minutes=max(1, -(-int((end - start).total_seconds()) // 60 // _MOST_POINTS)))
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_SYSTEM, action="system.series", origin=origin, subject=" ".join(metrics)
    ) as connection:
        samples = read_series(connection, metrics, start=start, end=end, step=step)
    return SystemSeries(
        as_of=now, start=start, end=end, step_seconds=int(step.total_seconds()), curves=curves_of(samples)
    )


def get_capacity(actor: Principal, *, origin: Origin) -> Capacity:
    """The database's room, connections and costly statements. Raises NotPermittedError."""
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_SYSTEM, action="system.capacity", origin=origin
    ) as connection:
        figures = connection.execute("SELECT * FROM pulse_database_figures()").fetchone()
        assert figures is not None
        return Capacity(
            as_of=clock.now(),
            database_size_bytes=figures["size_bytes"],
            database_connections=figures["connections"],
            database_connections_limit=figures["connections_limit"],
            slow_statements=figures["slow_statements"],
            largest_tables=_largest_tables(connection),
            costly_statements=_costly_statements(connection),
        )


def write_open_metrics(actor: Principal, *, origin: Origin) -> str:
    """The newest values as OpenMetrics text. Raises NotPermittedError."""
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_METRICS, action="metrics.scrape", origin=origin
    ) as connection:
        return render(read_newest(connection, until=clock.now()))


def _largest_tables(connection: Connection) -> list[TableSize]:
    rows = connection.execute("SELECT * FROM pulse_largest_tables(%(most)s)", {"most": _TABLES})
    return [TableSize.model_validate(row) for row in rows]


def _costly_statements(connection: Connection) -> list[CostlyStatement]:
    rows = connection.execute("SELECT * FROM pulse_costly_statements(%(most)s)", {"most": 2 * _TABLES})
    return [CostlyStatement.model_validate(row) for row in rows]
