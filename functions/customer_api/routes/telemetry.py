"""Telemetry of a device."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from pulse.api.paging import Cursor, CursorText, Page
from pulse.api.request import tenant
from pulse.api.routes import Routes
from pulse.api.types import Instant, Name
from pulse.devices.queries import LatestMetrics, get_latest_metrics
from pulse.identity.permissions import Permission
from pulse.telemetry import queries
from pulse.telemetry.message import MAX_METRIC_NAME_LENGTH
from pulse.telemetry.queries import History, HistoryRange, ReadingPosition, StoredReading

routes = Routes("Telemetry")
_CURSOR = Cursor(ReadingPosition)
_BAD_REQUEST = (HTTPStatus.BAD_REQUEST,)


class ReadingPage(Page[StoredReading]):
    """A page of readings, newest first."""


@routes.get(
    "/customer/devices/<device_id>/telemetry/latest",
    "/api/v2/devices/<device_id>/telemetry/latest",
    permission=Permission.READ_TELEMETRY,
)
def get_latest_telemetry(device_id: Name) -> LatestMetrics:
    """Read the newest value of each metric of a device."""
    return get_latest_metrics(tenant(), device_id)


@routes.get(
    "/customer/devices/<device_id>/telemetry",
    "/api/v2/devices/<device_id>/telemetry",
    permission=Permission.READ_TELEMETRY,
    also=_BAD_REQUEST,
)
def list_telemetry(
    device_id: Name,
    start: Annotated[Instant | None, Query(description="Oldest time; a day before `end` when left out")] = None,
    end: Annotated[Instant | None, Query(description="Time to end before; now when left out")] = None,
    limit: Annotated[int, Query(ge=1, le=2000, description="Readings on a page")] = 100,
    cursor: CursorText = None,
) -> ReadingPage:
    """List the readings of a device as they were sent, newest first.

    Keep `start` and `end` as they are while following `next_cursor`.
    """
    page = queries.list_readings(tenant(), device_id, start=start, end=end, limit=limit, after=_CURSOR.decode(cursor))
    return ReadingPage(items=page.readings, next_cursor=_CURSOR.encode(page.next_position))


@routes.get(
    "/customer/devices/<device_id>/telemetry/history",
    "/api/v2/devices/<device_id>/telemetry/history",
    permission=Permission.READ_TELEMETRY,
)
def get_telemetry_history(
    device_id: Name,
    metric: Annotated[str, Query(min_length=1, max_length=MAX_METRIC_NAME_LENGTH, pattern=r"^[^\x00]*$")],
    history_range: Annotated[
        HistoryRange,
        Query(alias="range", description="How far back; buckets are 1m, 5m, 15m, 1h and 6h in this order"),
    ] = HistoryRange.DAY,
) -> History:
    """Read a metric of a device over time, in buckets with average, extremes and count.

    A boolean counts as 0 or 1. Buckets without values are left out.
    """
    return queries.get_history(tenant(), device_id, metric=metric, history_range=history_range)
