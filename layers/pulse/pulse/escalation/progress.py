"""How far the escalation of an alert has come, for people."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from pulse.database import tenant_session
from pulse.errors import NotFoundError
from pulse.escalation.escalation_store import read_escalation
from pulse.escalation.plan import WaitingFor
from pulse.escalation.policy import Plan
from pulse.models import Model


class AlertEscalation(Model):
    """How far the escalation of an alert has come, by the policy as it was when the alert was opened."""

    alert_id: UUID
    policy: Plan
    level: int | None = Field(description="The level that was told last, from 1; null before the first")
    round: int | None = Field(description="How often the levels have been gone through with that, from 1")
    steps_taken: int = Field(description="How often somebody was told, since it was opened or opened again")
    unanswered: bool = Field(description="Everybody was told, and nobody answered in time")
    waiting_for: WaitingFor
    due_at: datetime | None = Field(description="When something is due; null if nothing is unless the alert changes")
    last_step_at: datetime | None


def get_escalation(tenant_id: str, alert_id: UUID) -> AlertEscalation:
    """The escalation of an alert. Raises NotFoundError also for an alert that has none."""
    with tenant_session(tenant_id) as connection:
        escalation = read_escalation(connection, tenant_id, alert_id)
    if escalation is None:
        message = f"there is no alert {alert_id} that escalates"
        raise NotFoundError(message)
    plan, step = escalation.plan, escalation.progress.step
    taken = min(step, plan.steps)
    return AlertEscalation(
        alert_id=alert_id,
        policy=plan,
        level=plan.level_of(taken - 1) if taken else None,
        round=plan.round_of(taken - 1) if taken else None,
        steps_taken=taken,
        unanswered=step > plan.steps,
        waiting_for=escalation.progress.waiting_for,
        due_at=escalation.progress.due_at,
        last_step_at=escalation.last_step_at,
    )
