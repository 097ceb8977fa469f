"""What narrows alerts, in the inbox and in its statistics alike."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import sql

from pulse.alerts.alert import AlertSource, AlertStatus
from pulse.alerts.severity import Severity


class AlertFilter(NamedTuple):
    """What narrows alerts; None does not. Of several values one has to fit. `start` ≤ opened_at < `end`."""

    statuses: frozenset[AlertStatus] | None = None
    severities: frozenset[Severity] | None = None
    types: frozenset[str] | None = None
    sources: frozenset[AlertSource] | None = None
    device_id: str | None = None
    site_id: str | None = None
    rule_id: UUID | None = None
    acknowledged_by: str | None = None
    silenced: bool | None = None
    suppressed: bool | None = None
    flapping: bool | None = None
    group_id: UUID | None = None
    q: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    def parameters(self, tenant_id: str | None) -> dict[str, Any]:
        """What MATCHING and HAS_STATUS are executed with."""
        return {
            **self._asdict(),
            "tenant_id": tenant_id,
            "statuses": _texts(self.statuses),
            "severities": _texts(self.severities),
            "types": _texts(self.types),
            "sources": _texts(self.sources),
        }


def _texts(values: Collection[str] | None) -> list[str] | None:
    return None if values is None else sorted(str(value) for value in values)


CONDITIONS: Final = sql.SQL("""
          (%(severities)s::severity[] IS NULL OR severity = ANY(%(severities)s::severity[]))
      AND (%(types)s::text[] IS NULL OR type = ANY(%(types)s::text[]))
      AND (%(sources)s::text[] IS NULL OR source = ANY(%(sources)s::text[]))
      AND (%(device_id)s::text IS NULL OR device_id = %(device_id)s)
      AND (%(site_id)s::text IS NULL OR site_id = %(site_id)s)
      AND (%(rule_id)s::uuid IS NULL OR rule_id = %(rule_id)s)
      AND (%(acknowledged_by)s::text IS NULL OR acknowledged_by = %(acknowledged_by)s)
      AND (%(silenced)s::boolean IS NULL OR (silenced_at IS NOT NULL) = %(silenced)s)
      AND (%(suppressed)s::boolean IS NULL OR (suppressed_by IS NOT NULL) = %(suppressed)s)
      AND (%(flapping)s::boolean IS NULL OR (flapping_since IS NOT NULL) = %(flapping)s)
      AND (%(group_id)s::uuid IS NULL OR group_id = %(group_id)s)
      AND (%(q)s::text IS NULL OR strpos(lower(summary), lower(%(q)s)) > 0
           OR strpos(lower(device_id), lower(%(q)s)) > 0)
      AND (%(start)s::timestamptz IS NULL OR opened_at >= %(start)s)
      AND (%(end)s::timestamptz IS NULL OR opened_at < %(end)s)
""")
"""What an alert has to meet, whatever its status and whose it is."""

MATCHING: Final = sql.SQL("FROM alerts WHERE tenant_id = %(tenant_id)s AND {conditions}").format(conditions=CONDITIONS)
"""The tenant's alerts that fit, whatever their status."""

MATCHING_ANYWHERE: Final = sql.SQL("""
    FROM alerts
    WHERE (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s) AND {conditions}
""").format(conditions=CONDITIONS)
"""The alerts of all tenants, or of one, that fit: for operators."""

HAS_STATUS: Final = sql.SQL("(%(statuses)s::text[] IS NULL OR status = ANY(%(statuses)s::text[]))")
