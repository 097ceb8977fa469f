"""An escalation begins in the transaction that opens its alert, so that no alert can be without its due time."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pulse.database import Connection
from pulse.escalation.escalation_store import NewEscalation, insert_escalations
from pulse.escalation.policy_store import find_default_plans, find_plans


def begin_escalations(
    connection: Connection, alerts: Sequence[Mapping[str, Any]], policies: Mapping[UUID, UUID | None]
) -> None:
    """Give new alerts a policy as it is now: the one in `policies` by their ids, or else the default of their tenant.

    `alerts` are rows of their table.
    """
    if not alerts:
        return
    keys = {(alert["tenant_id"], policy_id) for alert in alerts if (policy_id := policies.get(alert["alert_id"]))}
    own = find_plans(connection, sorted(keys)) if keys else {}
    defaults = find_default_plans(
        connection, {alert["tenant_id"] for alert in alerts if not policies.get(alert["alert_id"])}
    )
    new = []
    for alert in alerts:
        policy_id = policies.get(alert["alert_id"])
        plan = own.get((alert["tenant_id"], policy_id)) if policy_id else defaults.get(alert["tenant_id"])
        if plan is not None:
            due_at = alert["opened_at"] + plan.delay_before(0)
            new.append(NewEscalation(alert["tenant_id"], alert["alert_id"], plan, due_at))
    if new:
        insert_escalations(connection, new)
