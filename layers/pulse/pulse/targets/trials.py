"""Asking a target now, for a person who looks: the real answer, of which nothing is alerted about."""

from uuid import UUID

from pulse import clock
from pulse.database import tenant_session
from pulse.errors import InvalidInputError, TooManyRequestsError
from pulse.events.outbox import publish_after_commit
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.inbound import addon_store
from pulse.inbound.addon_store import Choice
from pulse.polling.poller import poll_together
from pulse.targets import target_store
from pulse.targets.gateway_trials import begin_gateway_trial
from pulse.targets.managing import record
from pulse.targets.polling import PAUSE, prepare
from pulse.targets.reading_trials import read_trial
from pulse.targets.target import TargetTrial
from pulse.targets.target_store import TargetKey, TargetRow


def try_target(actor: Principal, target_id: UUID, *, origin: Origin) -> TargetTrial:
    """Ask a target once, from the cloud also when it is disabled; its gateway is told to. No alert opens or closes.

    Raises NotPermittedError, NotFoundError, ConflictError when its gateway can't be told, TooManyRequestsError while
    it is asked.
    """
    key = TargetKey(actor.require(Permission.MANAGE_ADDONS), target_id)
    with tenant_session(key.tenant_id) as connection:
        known = target_store.read_target(connection, key, lock=True)
        told = None
        if known["gateway_device_id"] is not None:
            told = begin_gateway_trial(connection, actor, known, origin=origin, now=clock.now())
    if told is not None:
        publish_after_commit()
        return told
    return _ask(actor, key, origin=origin)


def _ask(actor: Principal, key: TargetKey, *, origin: Origin) -> TargetTrial:
    now = clock.now()
    with tenant_session(key.tenant_id) as connection:
        row: TargetRow | None = target_store.begin_poll(connection, key, now=now, pause=PAUSE)
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
    trial = read_trial(manifest, choice.overrides, outcome, name=row["name"], host=row["host"], now=now)
    with tenant_session(key.tenant_id) as connection:
        target_store.end_poll(connection, key, free_at=clock.now() + PAUSE)
    return trial
