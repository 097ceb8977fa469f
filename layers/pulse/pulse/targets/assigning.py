"""Gateways are told what they ask: their targets go into named shadows, with credentials, and leave them again.

AWS IoT keeps shadows encrypted, and lets a gateway alone read those of its own thing; no API of ours shows them.
"""

from datetime import datetime, timedelta
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from pulse import clock
from pulse.database import ingest_session
from pulse.devices import broker
from pulse.devices.shadow_store import NoThingError, delete_shadow, load_shadow, update_shadow
from pulse.errors import PulseError
from pulse.inbound import addon_store
from pulse.inbound.methods import ApiPoll, SnmpPoll, SshPoll
from pulse.logging import logger
from pulse.polling.assignment import (
    INDEX_SHADOW,
    Assignment,
    AssignmentError,
    read_assignment,
    target_shadow,
    write_assignment,
    write_target,
)
from pulse.polling.target import PollTarget
from pulse.targets import assignment_store, target_store
from pulse.targets.access_parts import poll_target

_RETRY_AFTER: Final = timedelta(minutes=2)


def write_assignments(now: datetime, *, budget: timedelta) -> int:
    """Tell gateways that are to be told anew; return how many were. One that fails is tried again later."""
    give_up_at = clock.now() + budget
    told = 0
    while clock.now() < give_up_at:
        with ingest_session() as connection:
            due = assignment_store.claim_assignment(connection, now=now, retry_at=now + _RETRY_AFTER)
        if due is None:
            break
        try:
            _tell(due)
        except (PulseError, NoThingError, BotoCoreError, ClientError) as error:
            logger.exception("gateway_not_told", tenant_id=due.tenant_id, device_id=due.device_id)
            with ingest_session() as connection:
                assignment_store.note_failed(connection, due, error=type(error).__name__, retry_after=_RETRY_AFTER)
        else:
            with ingest_session() as connection:
                assignment_store.note_written(connection, due)
            told += 1
    return told


def _tell(due: assignment_store.Assignment) -> None:
    """Targets first, then the list that names them: a gateway that reads the list finds them all."""
    tenant_id, device_id = due.tenant_id, due.device_id
    targets = _targets(tenant_id, device_id)
    broker.ensure_thing(tenant_id, device_id)
    index = load_shadow(tenant_id, device_id, name=INDEX_SHADOW)
    try:
        before = read_assignment(index.desired)
    except AssignmentError:  # a device may write into its own shadows whatever it likes
        delete_shadow(tenant_id, device_id, name=INDEX_SHADOW)
        index, before = load_shadow(tenant_id, device_id, name=INDEX_SHADOW), Assignment(0, {})
    for target in targets:
        if before.targets.get(target.target_id) != target.version:
            update_shadow(
                tenant_id, device_id, desired=write_target(target), version=None, name=target_shadow(target.target_id)
            )
    wanted = Assignment(due.wanted, {target.target_id: target.version for target in targets})
    update_shadow(
        tenant_id, device_id, desired=write_assignment(wanted, index.desired), version=index.version, name=INDEX_SHADOW
    )
    for target_id in before.targets.keys() - wanted.targets.keys():
        delete_shadow(tenant_id, device_id, name=target_shadow(target_id))


def _targets(tenant_id: str, device_id: str) -> list[PollTarget]:
    """What a gateway asks, as it gets it; a target without its addon is asked nothing."""
    found = []
    with ingest_session() as connection:
        for row in target_store.targets_of_gateway(connection, tenant_id, device_id):
            manifest = addon_store.find_manifest(connection, tenant_id, row["addon_id"])
            choice = addon_store.find_choices(connection, tenant_id, row["addon_id"]).get(row["addon_id"])
            if manifest is None or choice is None or not choice.enabled:
                continue
            if isinstance(manifest.method, SnmpPoll | ApiPoll | SshPoll):
                found.append((row, manifest.method.questions))
    return [poll_target(row, questions) for row, questions in found]
