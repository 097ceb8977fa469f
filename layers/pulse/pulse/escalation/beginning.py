"""An escalation begins in the transaction that opens its alert, so that no alert can be without its due time."""

from collections.abc import Mapping, Sequence
from typing import Any

from pulse.database import Connection
from pulse.escalation.escalation_store import NewEscalation, insert_escalations
from pulse.escalation.policy_store import find_default_plans


def begin_escalations(connection: Connection, alerts: Sequence[Mapping[str, Any]]) -> None:
    """Give new alerts the default policy of their tenant, as it is now. `alerts` are rows of their table."""
    if not alerts:
        return
    plans = find_default_plans(connection, {alert["tenant_id"] for alert in alerts})
    new = [
        NewEscalation(alert["tenant_id"], alert["alert_id"], plan, alert["opened_at"] + plan.delay_before(0))
        for alert in alerts
        if (plan := plans.get(alert["tenant_id"])) is not None
    ]
    if new:
        insert_escalations(connection, new)
