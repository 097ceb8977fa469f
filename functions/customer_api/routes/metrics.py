"""The tenant's metric catalogue and its mappings."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import AfterValidator, Field, StringConstraints

from pulse.api.etags import IfMatch
from pulse.api.filters import NameFilter, Search
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.identity.permissions import Permission
from pulse.models import Input
from pulse.telemetry import catalogue, mappings
from pulse.telemetry.catalogue import CatalogMetric, MetricDescription, MetricReference
from pulse.telemetry.mappings import Meaning, MetricMapping
from pulse.telemetry.message import MAX_METRIC_NAME_LENGTH
from pulse.texts import TEXT, Description

routes = Routes("Metrics")
_CURSOR = Cursor(tuple[str])
_CONFLICT = (HTTPStatus.CONFLICT,)
_ENTRY = "/customer/metrics/catalog/<metric_id>"
_MAPPING = "/customer/metrics/mappings/<mapping_id>"

# As a device may name a metric: no control characters (C0, DEL, C1).
MetricName = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_METRIC_NAME_LENGTH, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")
]
Unit = Annotated[str, StringConstraints(max_length=50, pattern=TEXT)]
# Strict: JSON has numbers and booleans, and `false` is no number.
Number = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-1e15, le=1e15)]


def _not_zero(number: float) -> float:
    if number == 0:
        message = "must not be 0"
        raise ValueError(message)
    return number


class DescribeMetric(Input):
    """What a metric means."""

    description: Description = ""
    unit: Unit = Field("", examples=["°C"])
    expected_min: Number | None = Field(None, description="Not above expected_max")
    expected_max: Number | None = None


class AddMetric(DescribeMetric):
    """A metric for the catalogue."""

    metric: MetricName


class MapMetric(Input):
    """normalized = raw * multiplier + offset_value."""

    normalized_metric: MetricName = Field(description="A metric of the catalogue")
    multiplier: Annotated[Number, AfterValidator(_not_zero)] = Field(1, description="Not 0")
    offset_value: Number = 0


class AddMapping(MapMetric):
    """A mapping of a raw metric, which has one at most."""

    raw_metric: MetricName


class CatalogPage(CountedPage[CatalogMetric]):
    """A page of the catalogue."""


class MappingPage(CountedPage[MetricMapping]):
    """A page of mappings."""


@routes.get("/customer/metrics/reference", "/api/v2/metrics/reference", permission=Permission.READ_METRICS)
def get_metric_reference() -> MetricReference:
    """Read which metrics devices have sent within seven days, and what they are mapped to."""
    return catalogue.get_metric_reference(tenant())


@routes.get("/customer/metrics/catalog", permission=Permission.READ_METRICS)
def list_catalog(
    q: Search = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> CatalogPage:
    """List the metric catalogue by name."""
    after = _CURSOR.decode(cursor)
    page = catalogue.list_catalog(tenant(), q=q, limit=limit, after=after[0] if after else None)
    return CatalogPage(items=page.metrics, next_cursor=_next(page.next_position), total=page.total)


@routes.post(
    "/customer/metrics/catalog", permission=Permission.MANAGE_METRICS, also=_CONFLICT, status=HTTPStatus.CREATED
)
def add_catalog_metric(body: Annotated[AddMetric, Body()]) -> CatalogMetric:
    """Describe a metric in the catalogue.

    One that is described already answers 409.
    """
    return catalogue.add_catalog_metric(principal(), body.metric, _description(body), origin=origin())


@routes.get(_ENTRY, permission=Permission.READ_METRICS)
def get_catalog_metric(metric_id: UUID) -> CatalogMetric:
    """Read an entry of the catalogue."""
    return catalogue.get_catalog_metric(tenant(), metric_id)


@routes.put(_ENTRY, permission=Permission.MANAGE_METRICS)
def change_catalog_metric(
    metric_id: UUID, body: Annotated[DescribeMetric, Body()], if_match: IfMatch = None
) -> CatalogMetric:
    """Describe a metric of the catalogue anew."""
    return catalogue.change_catalog_metric(
        principal(), metric_id, _description(body), if_match=if_match, origin=origin()
    )


@routes.delete(_ENTRY, permission=Permission.MANAGE_METRICS, also=_CONFLICT)
def delete_catalog_metric(metric_id: UUID, if_match: IfMatch = None) -> None:
    """Take a metric out of the catalogue.

    Its readings stay. While other metrics are mapped to it, this answers 409.
    """
    catalogue.delete_catalog_metric(principal(), metric_id, if_match=if_match, origin=origin())


@routes.get("/customer/metrics/mappings", permission=Permission.READ_METRICS)
def list_metric_mappings(
    normalized_metric: NameFilter = None, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> MappingPage:
    """List mappings by their raw metric."""
    after = _CURSOR.decode(cursor)
    page = mappings.list_mappings(
        tenant(), normalized_metric=normalized_metric, limit=limit, after=after[0] if after else None
    )
    return MappingPage(items=page.mappings, next_cursor=_next(page.next_position), total=page.total)


@routes.post(
    "/customer/metrics/mappings",
    permission=Permission.MANAGE_METRICS,
    also=(*_CONFLICT, HTTPStatus.NOT_FOUND),
    status=HTTPStatus.CREATED,
)
def add_metric_mapping(body: Annotated[AddMapping, Body()]) -> MetricMapping:
    """Map a raw metric to a normalized one.

    Readings stay as they are; the mapping holds for reading all of them, past ones too. Answers 404 when the
    normalized metric is not in the catalogue, 409 when the raw one has a mapping already.
    """
    return mappings.add_mapping(principal(), body.raw_metric, _meaning(body), origin=origin())


@routes.get(_MAPPING, permission=Permission.READ_METRICS)
def get_metric_mapping(mapping_id: UUID) -> MetricMapping:
    """Read a mapping."""
    return mappings.get_mapping(tenant(), mapping_id)


@routes.put(_MAPPING, permission=Permission.MANAGE_METRICS)
def change_metric_mapping(
    mapping_id: UUID, body: Annotated[MapMetric, Body()], if_match: IfMatch = None
) -> MetricMapping:
    """Map a raw metric differently."""
    return mappings.change_mapping(principal(), mapping_id, _meaning(body), if_match=if_match, origin=origin())


@routes.delete(_MAPPING, permission=Permission.MANAGE_METRICS)
def delete_metric_mapping(mapping_id: UUID, if_match: IfMatch = None) -> None:
    """Read a raw metric under its own name again."""
    mappings.delete_mapping(principal(), mapping_id, if_match=if_match, origin=origin())


def _next(position: str | None) -> str | None:
    return _CURSOR.encode(None if position is None else (position,))


def _description(body: DescribeMetric) -> MetricDescription:
    return MetricDescription(body.description, body.unit, body.expected_min, body.expected_max)


def _meaning(body: MapMetric) -> Meaning:
    return Meaning(body.normalized_metric, body.multiplier, body.offset_value)
