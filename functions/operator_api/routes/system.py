"""How the installation itself does."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from pulse.api.filters import End, Start
from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.identity.permissions import Permission
from pulse.operations import failures, system
from pulse.operations.failures import SystemFailures
from pulse.operations.open_metrics import CONTENT_TYPE, CONTENT_TYPE_WITH_VERSION
from pulse.operations.system import Capacity, SystemHealth, SystemMetricList, SystemSeries
from pulse.operations.system_metric import SystemMetric

routes = Routes("Operator: system")


@routes.get("/operator/system/health", permission=Permission.OPERATOR_READ_SYSTEM)
def get_system_health() -> SystemHealth:
    """Read how every component does, and why."""
    return system.get_health(principal(), origin=origin())


@routes.get("/operator/system/metrics", permission=Permission.OPERATOR_READ_SYSTEM)
def list_system_metrics() -> SystemMetricList:
    """List what is measured once a minute, with the newest values."""
    return system.list_metrics(principal(), origin=origin())


@routes.get("/operator/system/metrics/series", permission=Permission.OPERATOR_READ_SYSTEM)
def get_system_metric_series(
    metric: Annotated[list[SystemMetric], Query(min_length=1, max_length=10, description="Once for each")],
    start: Start = None,
    end: End = None,
) -> SystemSeries:
    """Read metrics over a time, by default the last hour; at most 90 days and 1000 points a curve."""
    return system.get_series(principal(), metric, start=start, end=end, origin=origin())


@routes.get("/operator/system/capacity", permission=Permission.OPERATOR_READ_SYSTEM)
def get_system_capacity() -> Capacity:
    """Read how much room and how many connections the database has, and what it spends its time on."""
    return system.get_capacity(principal(), origin=origin())


@routes.get("/operator/system/errors", permission=Permission.OPERATOR_READ_SYSTEM)
def list_system_errors(
    hours: Annotated[int, Query(ge=1, le=168, description="How far back")] = 24,
    limit: Annotated[int, Query(ge=1, le=200, description="Most entries")] = 50,
) -> SystemFailures:
    """List what was given up lately: notifications, exports and reports, newest first, with why."""
    return failures.get_failures(principal(), hours=hours, limit=limit, origin=origin())


@routes.get("/operator/metrics", permission=Permission.OPERATOR_READ_METRICS, produces=CONTENT_TYPE)
def get_open_metrics() -> Response[str]:
    """Read the newest values as OpenMetrics text, for Prometheus; a key with the scope `metrics` may do no more."""
    return Response(
        status_code=200,
        content_type=CONTENT_TYPE_WITH_VERSION,
        body=system.write_open_metrics(principal(), origin=origin()),
    )
