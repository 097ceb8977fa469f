"""Asking a target now, for a person who looks: the real answer, of which nothing is kept."""

from uuid import UUID

from pulse import clock
from pulse.database import tenant_session
from pulse.errors import ConflictError, InvalidInputError, TooManyRequestsError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.inbound import addon_store
from pulse.inbound.addon_store import Choice
from pulse.inbound.manifest import Manifest
from pulse.inbound.reading import Delivery, Raise, read
from pulse.inbound.record import PayloadError
from pulse.polling.outcome import Answer
from pulse.polling.poller import poll_together
from pulse.targets import target_store
from pulse.targets.managing import record
from pulse.targets.polling import PAUSE, prepare
from pulse.targets.target import TargetTrial, TrialAnswer
from pulse.targets.target_store import TargetKey, TargetRow

_EXCERPT = 500


def try_target(actor: Principal, target_id: UUID, *, origin: Origin) -> TargetTrial:
    """Ask a target once, also when it is disabled. No alert opens or closes.

    Raises NotPermittedError, NotFoundError, ConflictError for a target of a gateway, TooManyRequestsError while it is
    asked.
    """
    key = TargetKey(actor.require(Permission.MANAGE_ADDONS), target_id)
    now = clock.now()
    with tenant_session(key.tenant_id) as connection:
        known = target_store.read_target(connection, key)
        if known["gateway_device_id"] is not None:
            message = "a gateway asks this target; what came of it last stands there"
            raise ConflictError(message)
        row = target_store.begin_poll(connection, key, now=now, pause=PAUSE)
        if row is None:
            message = "this target is just being asked; try again in a moment"
            raise TooManyRequestsError(message, retry_after_seconds=int(PAUSE.total_seconds()))
        record(connection, actor, origin, "test", key, after={"name": row["name"], "host": row["host"]})
        manifest = addon_store.find_manifest(connection, key.tenant_id, row["addon_id"])
        choice = addon_store.find_choices(connection, key.tenant_id, row["addon_id"]).get(row["addon_id"], Choice())
    if manifest is None:
        message = f"there is no addon {row['addon_id']} any more"
        raise InvalidInputError(message)
    target, outcome = prepare(row, manifest)
    if outcome is None:
        assert target is not None
        [outcome] = poll_together([target])
    trial = TargetTrial(
        outcome=outcome.kind,
        reason=outcome.reason,
        complete=outcome.complete,
        seconds=outcome.seconds,
        host_key=outcome.host_key,
        answers=[_answer(manifest, choice, row, answer) for answer in outcome.answers],
        tested_at=now,
    )
    with tenant_session(key.tenant_id) as connection:
        target_store.end_poll(connection, key, free_at=clock.now() + PAUSE)
    return trial


def _answer(manifest: Manifest, choice: Choice, row: TargetRow, answer: Answer) -> TrialAnswer:
    polled = {"target_name": row["name"], "target_address": row["host"], "question": answer.name}
    raises: list[str] = []
    error = None
    try:
        reading = read(manifest, Delivery(answer.body.encode(), clock.now(), row["host"], {}, polled), choice.overrides)
        raises = [event.summary for event in reading.events if isinstance(event, Raise)]
    except PayloadError as failure:
        error = str(failure)
    return TrialAnswer(question=answer.name, excerpt=answer.body[:_EXCERPT], raises=raises, error=error)
