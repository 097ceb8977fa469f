"""Taking an escalation as far as it can go now, whoever asks: an execution that wakes, an event, the sweep.

The truth is read under locks right before anything is told: an alert that a person has acknowledged, closed or silenced
goes no further, whatever an execution carried through its sleep.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pulse.alerts.handling.store import lock_alerts
from pulse.alerts.sweeping.upkeep import reopen_alert
from pulse.alerts.telling import AlertRow, event_payload
from pulse.alerts.timeline import TimelineEntry, append_timeline
from pulse.clock import format_length
from pulse.database import Connection, ingest_session
from pulse.escalation.escalation_store import Escalation, lock_escalation, write_escalation
from pulse.escalation.executions import start_execution
from pulse.escalation.plan import Action, AlertTruth, Decision, decide
from pulse.escalation.policy import ScheduleTarget
from pulse.events.outbox import Event, add_events, publish_after_commit
from pulse.logging import logger
from pulse.oncall.lookup import find_people_on_call


def follow_alert(tenant_id: str, alert_id: UUID, now: datetime) -> None:
    """Something has happened to an alert: do what is due, and have an execution sleep until what comes next."""
    escalation = _advance(tenant_id, alert_id, now)
    if escalation is None or escalation.progress.due_at is None:
        return
    if escalation.wakes_at is None or escalation.progress.due_at < escalation.wakes_at:
        _start(escalation)


def wake(tenant_id: str, alert_id: UUID, generation: int, now: datetime) -> datetime | None:
    """An execution has slept long enough: do what is due; return until when to sleep, None to end."""
    escalation = _advance(tenant_id, alert_id, now, generation=generation)
    return escalation.progress.due_at if escalation is not None else None


def repair(tenant_id: str, alert_id: UUID, now: datetime) -> bool:
    """An execution that should have woken did not: do what is due in its place, and start another if more will be.

    Whether the alert still waited for somebody: for what has ended meanwhile nobody had to wake.
    """
    escalation = _advance(tenant_id, alert_id, now)
    if escalation is None or escalation.progress.due_at is None:
        return False
    _start(escalation)
    return True


def _start(escalation: Escalation) -> None:
    due_at = escalation.progress.due_at
    assert due_at is not None
    with ingest_session() as connection:
        current = lock_escalation(connection, escalation.tenant_id, escalation.alert_id)
        if current is None or current.generation != escalation.generation:
            return  # somebody else has started one
        started = current._replace(generation=current.generation + 1, wakes_at=due_at)
        write_escalation(connection, started)
    start_execution(started.tenant_id, started.alert_id, started.generation, due_at)


def _advance(tenant_id: str, alert_id: UUID, now: datetime, *, generation: int | None = None) -> Escalation | None:
    """The escalation as it is afterwards; None when there is none, or an execution is not the newest."""
    with ingest_session() as connection:
        alert = lock_alerts(connection, tenant_id, [alert_id]).get(alert_id)
        escalation = lock_escalation(connection, tenant_id, alert_id) if alert else None
        if alert is None or escalation is None or generation not in (None, escalation.generation):
            return None
        decision = decide(escalation.plan, escalation.progress, _truth(alert), now)
        told = decision.action in (Action.TELL, Action.UNANSWERED, Action.REOPEN)
        _tell(connection, alert, escalation, decision, now)
        after = escalation._replace(
            progress=decision.after,
            wakes_at=decision.after.due_at if generation is not None else escalation.wakes_at,
            last_step_at=now if told else escalation.last_step_at,
        )
        if after != escalation:
            write_escalation(connection, after)
    logger.info(
        "escalation_advanced",
        tenant_id=tenant_id,
        alert_id=str(alert_id),
        action=decision.action.value,
        step=decision.after.step,
        due_at=decision.after.due_at,
    )
    if told:
        publish_after_commit()
    return after


def _tell(connection: Connection, alert: AlertRow, escalation: Escalation, decision: Decision, now: datetime) -> None:
    tenant_id, plan = escalation.tenant_id, escalation.plan
    base = event_payload(alert, by="system")
    match decision.action:
        case Action.TELL:
            step = escalation.progress.step
            told = {
                "level": plan.level_of(step),
                "step": step + 1,
                "round": plan.round_of(step),
                "policy_id": str(plan.policy_id),
                "policy_name": plan.policy_name,
                "targets": _resolve(connection, escalation, now),
            }
            _note(connection, escalation, now, "escalated", told)
            add_events(connection, [Event(tenant_id, "alert.escalated", {**base, **told})])
        case Action.UNANSWERED:
            detail = {"policy_name": plan.policy_name, "steps": plan.steps}
            _note(connection, escalation, now, "unanswered", detail)
            add_events(connection, [Event(tenant_id, "alert.unanswered", {**base, **detail})])
        case Action.REOPEN:
            # There is one: without it nothing opens again (plan.py).
            timeout = format_length(timedelta(minutes=plan.acknowledgement_timeout_minutes or 0))
            reopen_alert(connection, alert, now, reason=f"acknowledged for {timeout} and not closed")
        case _:
            pass


def _note(connection: Connection, escalation: Escalation, now: datetime, event: str, detail: dict[str, Any]) -> None:
    entry = TimelineEntry(escalation.tenant_id, escalation.alert_id, now, event, "system", detail)
    append_timeline(connection, [entry])


def _resolve(connection: Connection, escalation: Escalation, now: datetime) -> list[dict[str, Any]]:
    """The targets of the step that is told; of schedules whoever is on call at this instant, and why."""
    targets = escalation.plan.levels[escalation.plan.level_of(escalation.progress.step) - 1].targets
    schedule_ids = [target.schedule_id for target in targets if isinstance(target, ScheduleTarget)]
    people = find_people_on_call(connection, escalation.tenant_id, schedule_ids, now)
    resolved = []
    for target in targets:
        fields = target.model_dump(mode="json")
        if isinstance(target, ScheduleTarget):
            fields["people"] = [person.model_dump(mode="json") for person in people.get(target.schedule_id, [])]
        resolved.append(fields)
    return resolved


def _truth(alert: AlertRow) -> AlertTruth:
    """What the plan asks. The alert of a device behind a silent one is silent, until the bus tells that it is not."""
    if alert["suppressed_by"] is not None:
        return AlertTruth(alert["status"], alert["acknowledged_at"], silenced=True, silenced_until=None)
    return AlertTruth(
        alert["status"], alert["acknowledged_at"], alert["silenced_at"] is not None, alert["silenced_until"]
    )
