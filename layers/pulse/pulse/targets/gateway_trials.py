"""Testing a target that a gateway asks: it is told so by a command, and what it hears comes back as a trial.

command `poll_target` {"target_id": "…", "version": 3}  →  the gateway acknowledges it, and asks the target
event   `trial`       a report as of a poll, with the command's id as its `trial_id`
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pulse import clock
from pulse.commands import command_store
from pulse.commands.command import Command, CommandStatus
from pulse.commands.sending import enter_command
from pulse.database import Connection, tenant_session
from pulse.errors import ConflictError, NotFoundError, TooManyRequestsError
from pulse.identity.principal import Origin, Principal
from pulse.inbound import addon_store
from pulse.inbound.addon_store import Choice
from pulse.inbound.processing import Outcome
from pulse.logging import logger
from pulse.polling.outcome import PollOutcome
from pulse.polling.report import PollReport
from pulse.targets import target_store, trial_store
from pulse.targets.managing import record
from pulse.targets.reading_trials import read_trial
from pulse.targets.target import TargetTrial, TrialState
from pulse.targets.target_store import TargetKey, TargetRow
from pulse.targets.trial_store import TrialRow

COMMAND: Final = "poll_target"
PATIENCE: Final = timedelta(minutes=2)
"""A gateway learns of a change within a minute, and asks for half a minute at most."""


def begin_gateway_trial(
    connection: Connection, actor: Principal, row: TargetRow, *, origin: Origin, now: datetime
) -> TargetTrial:
    """Tell a target's gateway to ask it. Raises ConflictError when it can't, TooManyRequestsError while it does."""
    key = TargetKey(row["tenant_id"], row["target_id"])
    gateway = row["gateway_device_id"]
    before = trial_store.find_trial(connection, key)
    if before is not None and before["answered_at"] is None and before["give_up_at"] > now:
        message = f"gateway {gateway} is just being told to ask this target; see what it answers"
        raise TooManyRequestsError(message, retry_after_seconds=int((before["give_up_at"] - now).total_seconds()) + 1)
    if not row["enabled"]:
        message = "the target is disabled, and its gateway does not know it; enable it first"
        raise ConflictError(message)
    choice = addon_store.find_choices(connection, key.tenant_id, row["addon_id"]).get(row["addon_id"])
    if choice is None or not choice.enabled:
        message = f"the addon {row['addon_id']} is disabled, and the gateway does not know the target; enable it first"
        raise ConflictError(message)
    command = enter_command(
        connection,
        actor,
        key.tenant_id,
        gateway,
        name=COMMAND,
        parameters={"target_id": str(key.target_id), "version": row["version"]},
        lifetime=PATIENCE,
        origin=origin,
    )
    trial_store.begin_trial(
        connection, key, command.command_id, gateway=gateway, asked_at=now, give_up_at=command.expires_at
    )
    record(connection, actor, origin, "test", key, after={"name": row["name"], "host": row["host"], "gateway": gateway})
    return _unanswered(TrialState.WAITING, f"gateway {gateway} is told to ask it", now)


def get_trial(tenant_id: str, target_id: UUID) -> TargetTrial:
    """What came of the newest test of a target that a gateway asks. Raises NotFoundError."""
    key = TargetKey(tenant_id, target_id)
    with tenant_session(key.tenant_id) as connection:
        target_store.read_target(connection, key)
        trial = trial_store.find_trial(connection, key)
        if trial is None:
            message = "no gateway was told to ask this target now"
            raise NotFoundError(message)
        if trial["result"] is not None:
            return TargetTrial.model_validate(trial["result"])
        try:
            command = command_store.read_command(
                connection, key.tenant_id, trial["gateway_device_id"], trial["trial_id"]
            )
        except NotFoundError:  # the device was deleted, and all that it was told
            command = None
    return _not_yet(trial, command, clock.now())


def hear_trial(
    connection: Connection, tenant_id: str, report: PollReport, *, heard_at: datetime, gateway_device_id: str
) -> Outcome:
    """Keep what a gateway has heard of a target for the one who waits for it. No alert opens or closes."""
    key = TargetKey(tenant_id, report.target_id)
    row = target_store.find_target(connection, key)
    manifest = None if row is None else addon_store.find_manifest(connection, tenant_id, row["addon_id"])
    is_awaited = False
    if row is not None and manifest is not None and report.trial_id is not None:
        outcome = PollOutcome(
            kind=report.outcome.kind,
            reason=report.outcome.reason,
            complete=report.complete,
            seconds=report.outcome.seconds,
            host_key=report.outcome.host_key,
            answers=report.payload,
        )
        choice = addon_store.find_choices(connection, tenant_id, row["addon_id"]).get(row["addon_id"], Choice())
        asked_at = min(report.polled_at, heard_at)
        trial = read_trial(manifest, choice.overrides, outcome, name=row["name"], host=row["host"], now=asked_at)
        result = trial.model_dump(mode="json")
        is_awaited = trial_store.end_trial(
            connection, key, report.trial_id, gateway=gateway_device_id, result=result, now=heard_at
        )
    if not is_awaited:
        logger.info("trial_left_aside", tenant_id=tenant_id, target_id=str(key.target_id), device_id=gateway_device_id)
        return Outcome(ignored=1)
    return Outcome()


def _not_yet(trial: TrialRow, command: Command | None, now: datetime) -> TargetTrial:
    """In the words of what is known of the command: how far it has got."""
    gateway, status = trial["gateway_device_id"], None if command is None else command.status
    if command is not None and status is CommandStatus.REJECTED:
        reason = f"gateway {gateway} does not do it: {command.reason or 'it gives no reason'}"
        return _unanswered(TrialState.SILENT, reason, trial["asked_at"])
    is_over = trial["give_up_at"] <= now
    match status:
        case CommandStatus.ACKNOWLEDGED:
            reason = f"gateway {gateway} was told to ask it"
            reason += ", and has not said what came of it" if is_over else ", and asks it"
        case CommandStatus.QUEUED if not is_over:
            reason = f"gateway {gateway} is told to ask it as soon as it is connected"
        case CommandStatus.DELIVERED if not is_over:
            reason = f"gateway {gateway} is told to ask it, and has not answered yet"
        case _ if command is not None and command.delivered_at is None:
            reason = f"gateway {gateway} was not connected: is it running, and does it reach the broker?"
        case _:
            reason = f"gateway {gateway} was told to ask it, and did not answer; an older version can't test targets"
    return _unanswered(TrialState.SILENT if is_over else TrialState.WAITING, reason, trial["asked_at"])


def _unanswered(state: TrialState, reason: str, asked_at: datetime) -> TargetTrial:
    return TargetTrial(
        state=state,
        outcome=None,
        reason=reason,
        complete=False,
        seconds=None,
        host_key=None,
        answers=[],
        tested_at=asked_at,
    )
