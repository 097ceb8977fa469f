"""An alert as those who tell people of it need it, read again right before they do."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pulse.alerts.alert import AlertStatus
from pulse.alerts.severity import Severity
from pulse.database import Connection
from pulse.models import Model


class AlertFacts(Model):
    """An alert at this moment. `fingerprint` names its cause, which outlives it."""

    alert_id: UUID
    fingerprint: str
    type: str
    severity: Severity
    status: AlertStatus
    device_id: str | None
    site_id: str | None
    summary: str
    details: dict[str, Any]
    opened_at: datetime
    silenced_at: datetime | None
    suppressed_by: UUID | None
    group_id: UUID | None
    others_in_group: int
    """How many other devices of the site that fell silent together have a live alert; 0 without a group."""

    @property
    def reason_to_leave_people_alone(self) -> str | None:
        """Why nobody is to be called for this alert now; None when somebody is."""
        if self.status is not AlertStatus.OPEN:
            return f"the alert is {self.status.lower()}"
        if self.silenced_at is not None:
            return "the alert is silenced"
        return "the device behind which this one is has fallen silent" if self.suppressed_by is not None else None


def read_facts(connection: Connection, tenant_id: str, alert_id: UUID) -> AlertFacts | None:
    """An alert of a tenant, if there is such a one."""
    row = connection.execute(
        """
        SELECT alert_id, fingerprint, type, severity, status, device_id, site_id, summary, details, opened_at,
               silenced_at, suppressed_by, group_id,
               CASE WHEN group_id IS NULL THEN 0
                    ELSE (
                        SELECT count(*) FROM alerts AS other
                        WHERE other.group_id = alerts.group_id AND other.alert_id <> alerts.alert_id
                          AND other.status <> 'CLOSED'
                    )
               END AS others_in_group
        FROM alerts
        WHERE tenant_id = %(tenant_id)s AND alert_id = %(alert_id)s
        """,
        {"tenant_id": tenant_id, "alert_id": alert_id},
    ).fetchone()
    return None if row is None else AlertFacts.model_validate(row)
