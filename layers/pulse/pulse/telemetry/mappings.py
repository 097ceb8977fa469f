"""Metric mappings: under which normalized name, and by which arithmetic, a raw metric is read."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from pydantic import Field

from pulse.database import tenant_session
from pulse.errors import ConflictError, NotFoundError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import record_change
from pulse.telemetry import catalogue_store
from pulse.versions import Versioned, require_match


class MetricMapping(Versioned):
    """normalized = raw * multiplier + offset_value."""

    mapping_id: UUID
    raw_metric: str = Field(description="The name that devices send; it has one mapping at most")
    normalized_metric: str = Field(description="A metric of the catalogue; several raw ones may lead to it")
    multiplier: float
    offset_value: float
    created_at: datetime
    updated_at: datetime


class Meaning(NamedTuple):
    """What a raw metric is mapped to."""

    normalized_metric: str
    multiplier: float
    offset_value: float


class MappingList(NamedTuple):
    """A page by raw name, the name that the next one follows (None after the last), and how long the list is."""

    mappings: list[MetricMapping]
    next_position: str | None
    total: int


def list_mappings(tenant_id: str, *, normalized_metric: str | None, limit: int, after: str | None) -> MappingList:
    """A page of the mappings, by raw name, following `after`; all, or those that lead to one metric."""
    with tenant_session(tenant_id) as connection:
        rows, total = catalogue_store.list_mapping_rows(
            connection, tenant_id, normalized_metric=normalized_metric, after=after, limit=limit + 1
        )
    mappings = [MetricMapping.model_validate(row) for row in rows[:limit]]
    return MappingList(mappings, mappings[-1].raw_metric if len(rows) > limit else None, total)


def get_mapping(tenant_id: str, mapping_id: UUID) -> MetricMapping:
    """One mapping. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return _known(catalogue_store.read_mapping_row(connection, tenant_id, mapping_id), mapping_id)


def add_mapping(actor: Principal, raw_metric: str, meaning: Meaning, *, origin: Origin) -> MetricMapping:
    """Map a raw metric.

    Raises NotPermittedError, NotFoundError when the normalized one is not in the catalogue, ConflictError when the raw
    one has a mapping already.
    """
    tenant_id = actor.require(Permission.MANAGE_METRICS)
    try:
        with tenant_session(tenant_id) as connection:
            row = catalogue_store.insert_mapping_row(
                connection, tenant_id, {"raw_metric": raw_metric, **meaning._asdict()}
            )
            mapping = MetricMapping.model_validate(row)
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="metric_mapping.create",
                subject=raw_metric,
                after=_shown(mapping),
            )
    except psycopg.errors.UniqueViolation as error:
        message = f"{raw_metric} has a mapping already; change that one"
        raise ConflictError(message) from error
    except psycopg.errors.ForeignKeyViolation as error:
        raise _not_in_catalogue(meaning) from error
    return mapping


def change_mapping(
    actor: Principal, mapping_id: UUID, meaning: Meaning, *, if_match: int | None, origin: Origin
) -> MetricMapping:
    """Map a raw metric differently; what is stored stays raw, so that this holds for the past as well.

    Raises NotPermittedError, StaleVersionError, NotFoundError, also when the normalized metric is not in the catalogue.
    """
    tenant_id = actor.require(Permission.MANAGE_METRICS)
    try:
        with tenant_session(tenant_id) as connection:
            before = _known(catalogue_store.read_mapping_row(connection, tenant_id, mapping_id, lock=True), mapping_id)
            require_match(if_match, before.version)
            row = catalogue_store.update_mapping_row(connection, tenant_id, mapping_id, meaning._asdict())
            mapping = MetricMapping.model_validate(row)
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="metric_mapping.change",
                subject=mapping.raw_metric,
                before=_shown(before),
                after=_shown(mapping),
            )
    except psycopg.errors.ForeignKeyViolation as error:
        raise _not_in_catalogue(meaning) from error
    return mapping


def delete_mapping(actor: Principal, mapping_id: UUID, *, if_match: int | None, origin: Origin) -> None:
    """Read a raw metric under its own name again. Raises NotPermittedError, NotFoundError, StaleVersionError."""
    tenant_id = actor.require(Permission.MANAGE_METRICS)
    with tenant_session(tenant_id) as connection:
        before = _known(catalogue_store.read_mapping_row(connection, tenant_id, mapping_id, lock=True), mapping_id)
        require_match(if_match, before.version)
        catalogue_store.delete_mapping_row(connection, tenant_id, mapping_id)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="metric_mapping.delete",
            subject=before.raw_metric,
            before=_shown(before),
        )


def _known(row: dict[str, Any] | None, mapping_id: UUID) -> MetricMapping:
    if row is None:
        message = f"there is no metric mapping {mapping_id}"
        raise NotFoundError(message)
    return MetricMapping.model_validate(row)


def _not_in_catalogue(meaning: Meaning) -> NotFoundError:
    return NotFoundError(f"{meaning.normalized_metric} is not in the metric catalogue; add it there first")


def _shown(mapping: MetricMapping) -> dict[str, Any]:
    return mapping.model_dump(mode="json", include={"raw_metric", *Meaning._fields})
