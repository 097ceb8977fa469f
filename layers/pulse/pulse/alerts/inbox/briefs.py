"""Alerts in a few words, for lists of something else that is about them."""

from collections.abc import Collection
from uuid import UUID

from pydantic import Field

from pulse.alerts.severity import Severity
from pulse.database import Connection
from pulse.devices.names import names_of
from pulse.models import Model


class AlertBrief(Model):
    """What an alert is recognised by."""

    severity: Severity
    summary: str
    device_id: str | None
    device_name: str | None = Field(description="What its device is called, if it has a name")


def briefs_of(connection: Connection, tenant_id: str, alert_ids: Collection[UUID]) -> dict[UUID, AlertBrief]:
    """Those of the alerts that the tenant has."""
    if not alert_ids:
        return {}
    rows = connection.execute(
        """
        SELECT alert_id, severity, summary, device_id
        FROM alerts
        WHERE tenant_id = %(tenant_id)s AND alert_id = ANY(%(alert_ids)s)
        """,
        {"tenant_id": tenant_id, "alert_ids": list(alert_ids)},
    ).fetchall()
    names = names_of(connection, {(tenant_id, row["device_id"]) for row in rows if row["device_id"] is not None})
    return {
        row["alert_id"]: AlertBrief.model_validate({**row, "device_name": names.get((tenant_id, row["device_id"]))})
        for row in rows
    }
