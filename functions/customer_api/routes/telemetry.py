"""Telemetry of a device."""

from datetime import timedelta
from http import HTTPStatus
from io import StringIO
from typing import Annotated, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import StringConstraints

from pulse.api.filters import End, Start
from pulse.api.paging import Cursor, CursorText, Page
from pulse.api.request import add_headers, tenant
from pulse.api.routes import CSV, Routes
from pulse.api.types import Instant, Name
from pulse.devices.queries import LatestMetrics
from pulse.identity.permissions import Permission
from pulse.telemetry import export, history, queries
from pulse.telemetry.history import MAX_METRICS, History, SeriesHistory
from pulse.telemetry.message import MAX_METRIC_NAME_LENGTH
from pulse.telemetry.periods import MAX_BUCKET, MAX_POINTS, HistoryRange, Period
from pulse.telemetry.queries import ReadingPosition, StoredReading
from pulse.texts import TEXT

routes = Routes("Telemetry")
_CURSOR = Cursor(ReadingPosition)
_BAD_REQUEST = (HTTPStatus.BAD_REQUEST,)
# A function's answer may have 6 MB; escaped as a JSON text, a line of CSV grows by its two quoted line ends.
_MAX_CSV_CHARACTERS: Final = 4_000_000

MetricName = Annotated[str, StringConstraints(min_length=1, max_length=MAX_METRIC_NAME_LENGTH, pattern=TEXT)]
Range = Annotated[
    HistoryRange | None,
    Query(alias="range", description="How far back from now, in place of `start` and `end`; 24h without any of them"),
]
BucketSeconds = Annotated[
    int | None,
    Query(
        ge=1,
        le=int(MAX_BUCKET.total_seconds()),
        description=f"A bucket's length; by default 1m, 5m, 15m, 1h and 6h for the ranges in this order, and a fitting "
        f"one for other times. There are at most {MAX_POINTS} buckets",
    ),
]
Normalized = Annotated[
    bool, Query(description="Take metrics by the names and units that the tenant's mappings give them")
]


class ReadingPage(Page[StoredReading]):
    """A page of readings, newest first."""


@routes.get(
    "/customer/devices/<device_id>/telemetry/latest",
    "/api/v2/devices/<device_id>/telemetry/latest",
    permission=Permission.READ_TELEMETRY,
)
def get_latest_telemetry(device_id: Name, normalized: Normalized = False) -> LatestMetrics:
    """Read the newest value of each metric of a device."""
    return queries.get_latest(tenant(), device_id, normalized=normalized)


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
    page = queries.list_readings(
        tenant(), device_id, period=Period(start=start, end=end), limit=limit, after=_CURSOR.decode(cursor)
    )
    return ReadingPage(items=page.readings, next_cursor=_CURSOR.encode(page.next_position))


@routes.get(
    "/customer/devices/<device_id>/telemetry/history",
    "/api/v2/devices/<device_id>/telemetry/history",
    permission=Permission.READ_TELEMETRY,
    also=_BAD_REQUEST,
)
def get_telemetry_history(
    device_id: Name,
    metric: Annotated[MetricName, Query()],
    history_range: Range = None,
    start: Start = None,
    end: End = None,
    bucket_seconds: BucketSeconds = None,
    normalized: Normalized = False,
) -> History:
    """Read a metric of a device over time, in buckets with average, extremes and count.

    A boolean counts as 0 or 1. Buckets without values are left out. The first bucket is a whole one, so that it may
    begin before `start`.
    """
    period = Period(history_range, start, end, _bucket(bucket_seconds))
    return history.get_history(tenant(), device_id, metric=metric, period=period, normalized=normalized)


@routes.get(
    "/customer/devices/<device_id>/telemetry/series",
    "/api/v2/devices/<device_id>/telemetry/series",
    permission=Permission.READ_TELEMETRY,
    also=_BAD_REQUEST,
)
def get_telemetry_series(
    device_id: Name,
    metric: Annotated[
        list[MetricName],
        Query(
            min_length=1,
            max_length=MAX_METRICS,
            description="Once for each metric. A name with a comma can't be among them",
        ),
    ],
    history_range: Range = None,
    start: Start = None,
    end: End = None,
    bucket_seconds: BucketSeconds = None,
    normalized: Normalized = False,
) -> SeriesHistory:
    """Read several metrics of a device over time, in the same buckets.

    As the history of one metric, with the unit that the metric catalogue names.
    """
    period = Period(history_range, start, end, _bucket(bucket_seconds))
    return history.get_series(tenant(), device_id, metrics=metric, period=period, normalized=normalized)


@routes.get(
    "/customer/devices/<device_id>/telemetry/export",
    "/api/v2/devices/<device_id>/telemetry/export",
    permission=Permission.READ_TELEMETRY,
    also=_BAD_REQUEST,
    produces=CSV,
)
def export_telemetry(
    device_id: Name,
    history_range: Range = None,
    start: Start = None,
    end: End = None,
    metric: Annotated[
        list[MetricName] | None,
        Query(min_length=1, max_length=64, description="Once for each metric; all that there are when left out"),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=10_000, description="Readings in one answer")] = 5000,
    cursor: CursorText = None,
) -> Response[str]:
    """Read the readings of a device as CSV, oldest first: time, device_id, site_id, seq and a column for each metric.

    There is a header even when there is no reading. An answer ends at `limit` readings or about 4 MB; `X-Next-Cursor`
    is then the `cursor` of the next one, to be sent with everything else as it is.
    """
    out = StringIO(newline="")
    position = export.write_csv(
        out,
        tenant(),
        device_id,
        period=Period(history_range, start, end),
        metrics=metric,
        limit=limit,
        max_characters=_MAX_CSV_CHARACTERS,
        after=_CURSOR.decode(cursor),
    )
    if position is not None:
        add_headers({"X-Next-Cursor": _CURSOR.encode(position) or ""})
    name = f"{device_id}_telemetry_{history_range.value}.csv" if history_range else f"{device_id}_telemetry.csv"
    return Response(
        status_code=HTTPStatus.OK,
        content_type=f"{CSV}; charset=utf-8",
        body=out.getvalue(),
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _bucket(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
