"""The metric catalogue: what metrics mean to a tenant, and which names its devices send."""

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg
from pydantic import Field

from pulse import clock
from pulse.database import tenant_session
from pulse.devices.seen_metrics import list_seen_metrics
from pulse.errors import ConflictError, FieldError, InvalidInputError, NotFoundError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.models import Model
from pulse.operations.audit import record_change
from pulse.telemetry import catalogue_store
from pulse.versions import Versioned, require_match

SEEN_WITHIN: Final = timedelta(days=7)
MAX_NAMES: Final = 200


class CatalogMetric(Versioned):
    """What a metric means."""

    metric_id: UUID
    metric: str = Field(description="Its name, as devices send it or as others are mapped to it")
    description: str
    unit: str = Field(examples=["°C"])
    expected_min: float | None = Field(description="What is below is unusual")
    expected_max: float | None = Field(description="What is above is unusual")
    created_at: datetime
    updated_at: datetime


class MetricDescription(NamedTuple):
    """What people say of a metric."""

    description: str
    unit: str
    expected_min: float | None
    expected_max: float | None


class CatalogList(NamedTuple):
    """A page by name, the name that the next one follows (None after the last), and how long the list is."""

    metrics: list[CatalogMetric]
    next_position: str | None
    total: int


class RawMetric(Model):
    """A metric that devices send."""

    metric: str
    last_seen_at: datetime
    normalized_metric: str | None = Field(description="What it is mapped to, if it is")


class MetricReference(Model):
    """The names of metrics that devices have sent within seven days, up to 200 of them."""

    raw: list[RawMetric] = Field(description="By name")
    normalized: list[str] = Field(description="What those are mapped to, by name")
    unmapped: list[str] = Field(description="Those without a mapping, by name")
    as_of: datetime = Field(description="When this was read")


def list_catalog(tenant_id: str, *, q: str | None, limit: int, after: str | None) -> CatalogList:
    """A page of the catalogue, by name, following `after`; `q` is a part of a name or description."""
    with tenant_session(tenant_id) as connection:
        rows, total = catalogue_store.list_metric_rows(connection, tenant_id, q=q, after=after, limit=limit + 1)
    metrics = [CatalogMetric.model_validate(row) for row in rows[:limit]]
    return CatalogList(metrics, metrics[-1].metric if len(rows) > limit else None, total)


def get_catalog_metric(tenant_id: str, metric_id: UUID) -> CatalogMetric:
    """One entry. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return _known(catalogue_store.read_metric_row(connection, tenant_id, metric_id), metric_id)


def add_catalog_metric(
    actor: Principal, metric: str, description: MetricDescription, *, origin: Origin
) -> CatalogMetric:
    """Describe a metric. Raises NotPermittedError, InvalidInputError, ConflictError when it is described already."""
    tenant_id = actor.require(Permission.MANAGE_METRICS)
    _check(description)
    try:
        with tenant_session(tenant_id) as connection:
            row = catalogue_store.insert_metric_row(connection, tenant_id, {"metric": metric, **description._asdict()})
            entry = CatalogMetric.model_validate(row)
            record_change(
                connection, actor=actor, origin=origin, action="metric.create", subject=metric, after=_shown(entry)
            )
    except psycopg.errors.UniqueViolation as error:
        message = f"{metric} is in the catalogue already; change that entry"
        raise ConflictError(message) from error
    return entry


def change_catalog_metric(
    actor: Principal, metric_id: UUID, description: MetricDescription, *, if_match: int | None, origin: Origin
) -> CatalogMetric:
    """Describe a metric anew. Raises NotPermittedError, InvalidInputError, NotFoundError, StaleVersionError."""
    tenant_id = actor.require(Permission.MANAGE_METRICS)
    _check(description)
    with tenant_session(tenant_id) as connection:
        before = _known(catalogue_store.read_metric_row(connection, tenant_id, metric_id, lock=True), metric_id)
        require_match(if_match, before.version)
        row = catalogue_store.update_metric_row(connection, tenant_id, metric_id, description._asdict())
        entry = CatalogMetric.model_validate(row)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="metric.change",
            subject=entry.metric,
            before=_shown(before),
            after=_shown(entry),
        )
    return entry


def delete_catalog_metric(actor: Principal, metric_id: UUID, *, if_match: int | None, origin: Origin) -> None:
    """Take a metric out of the catalogue; its readings stay.

    Raises NotPermittedError, NotFoundError, StaleVersionError, ConflictError while a mapping leads to it.
    """
    tenant_id = actor.require(Permission.MANAGE_METRICS)
    try:
        with tenant_session(tenant_id) as connection:
            before = _known(catalogue_store.read_metric_row(connection, tenant_id, metric_id, lock=True), metric_id)
            require_match(if_match, before.version)
            catalogue_store.delete_metric_row(connection, tenant_id, metric_id)
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="metric.delete",
                subject=before.metric,
                before=_shown(before),
            )
    except psycopg.errors.ForeignKeyViolation as error:
        message = "metrics are mapped to this one; delete those mappings first"
        raise ConflictError(message) from error


def get_metric_reference(tenant_id: str) -> MetricReference:
    """Which metrics a tenant's devices send, and what they are mapped to."""
    now = clock.now()
    with tenant_session(tenant_id) as connection:
        seen = list_seen_metrics(connection, tenant_id, since=now - SEEN_WITHIN, limit=MAX_NAMES)
        mappings = catalogue_store.find_mappings(connection, tenant_id, [metric for metric, _ in seen])
    return MetricReference(
        raw=[
            RawMetric(
                metric=metric,
                last_seen_at=last_seen_at,
                normalized_metric=mappings[metric].metric if metric in mappings else None,
            )
            for metric, last_seen_at in seen
        ],
        normalized=sorted({source.metric for source in mappings.values()}),
        unmapped=[metric for metric, _ in seen if metric not in mappings],
        as_of=now,
    )


def _check(description: MetricDescription) -> None:
    least, most = description.expected_min, description.expected_max
    if least is not None and most is not None and least > most:
        reason = "must not be above expected_max"
        raise InvalidInputError(f"expected_min {reason}", errors=(FieldError("expected_min", reason),))


def _known(row: dict[str, Any] | None, metric_id: UUID) -> CatalogMetric:
    if row is None:
        message = f"there is no metric {metric_id} in the catalogue"
        raise NotFoundError(message)
    return CatalogMetric.model_validate(row)


def _shown(entry: CatalogMetric) -> dict[str, Any]:
    return entry.model_dump(mode="json", include={"metric", *MetricDescription._fields})
