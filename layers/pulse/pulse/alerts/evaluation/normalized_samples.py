"""Samples under the names that rules ask for: what devices send raw, by the mappings of their tenant."""

from collections.abc import Iterable, Mapping, Sequence

from pulse.alerts.evaluation.evaluator import Sample
from pulse.alerts.rules.alert_rule import AlertRule
from pulse.database import Connection
from pulse.telemetry.catalogue_store import find_mapped
from pulse.telemetry.normalization import Source, with_normalized


def load_sources(connection: Connection, rules: Mapping[str, Iterable[AlertRule]]) -> dict[str, list[Source]]:
    """Which raw metrics are mapped to one that a rule names, of each tenant that has such."""
    wanted = {
        tenant_id: {metric for rule in of_tenant for metric in rule.criterion.metrics}
        for tenant_id, of_tenant in rules.items()
    }
    return find_mapped(connection, wanted)


def normalize_samples(samples: Sequence[Sample], sources: Sequence[Source]) -> Sequence[Sample]:
    """Samples that tell the mapped metrics beside those that were sent."""
    if not sources:
        return samples
    return [sample._replace(metrics=with_normalized(sample.metrics, sources)) for sample in samples]
