"""Gateways are told what they ask: their targets go into named shadows, with credentials, and leave them again.

AWS IoT keeps shadows encrypted, and lets a gateway alone read those of its own thing; no API of ours shows them.
"""

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from botocore.exceptions import BotoCoreError, ClientError

from pulse import clock
from pulse.database import ingest_session
from pulse.devices import broker
from pulse.devices.shadow_store import NoThingError, delete_shadow, load_shadow, update_shadow
from pulse.errors import InvalidInputError, PulseError
from pulse.inbound import addon_store
from pulse.inbound.manifest import Manifest
from pulse.inbound.methods import ApiPoll, SnmpPoll, SshPoll
from pulse.logging import logger
from pulse.polling.assignment import (
    INDEX_SHADOW,
    AssignmentError,
    Index,
    Part,
    divide,
    part_shadow,
    read_part,
    target_shadow,
    write_index,
    write_part,
    write_target,
)
from pulse.polling.questions import HttpQuestions, SnmpQuestions, SshQuestions
from pulse.targets import assignment_store, target_store
from pulse.targets.access_parts import poll_target
from pulse.targets.target_store import TargetRow

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
            left_out = _tell(due, give_up_at)
        except _OutOfTimeError:
            with ingest_session() as connection:
                assignment_store.note_unfinished(connection, due)
        except (PulseError, NoThingError, BotoCoreError, ClientError) as error:
            logger.exception("gateway_not_told", tenant_id=due.tenant_id, device_id=due.device_id)
            with ingest_session() as connection:
                assignment_store.note_failed(connection, due, error=_reason(error), retry_after=_RETRY_AFTER)
        else:
            with ingest_session() as connection:
                assignment_store.note_written(connection, due, error=left_out)
            told += 1
    return told


class _OutOfTimeError(Exception):
    """The next minute goes on with the lists that are not written yet."""


class _Wish(NamedTuple):
    """A target that a gateway is to ask, and what; its secrets are read when it is written alone."""

    row: TargetRow
    questions: SnmpQuestions | HttpQuestions | SshQuestions


def _tell(due: assignment_store.Assignment, give_up_at: datetime) -> str | None:
    """Targets first, then the list that names them, at last the index: what a gateway reads, it finds.

    Return which targets are left out and why, if any. Raises _OutOfTimeError.
    """
    tenant_id, device_id = due.tenant_id, due.device_id
    wishes = _wishes(tenant_id, device_id)
    broker.ensure_thing(tenant_id, device_id)
    before = _parts(tenant_id, device_id)
    known = {target_id: version for part in before for target_id, version in part.targets.items()}
    for target_id in known.keys() - wishes.keys():
        delete_shadow(tenant_id, device_id, name=target_shadow(target_id))
    versions: list[int] = []
    left_out: list[str] = []
    for number, targets in enumerate(divide({target_id: wish.row["version"] for target_id, wish in wishes.items()})):
        if clock.now() >= give_up_at:
            raise _OutOfTimeError
        for target_id in [key for key, version in targets.items() if known.get(key) != version]:
            refusal = _write(tenant_id, device_id, wishes[target_id])
            if refusal is not None:
                left_out.append(refusal)
                del targets[target_id]
        if number >= len(before) or before[number].targets != targets:
            part = Part(due.wanted, targets)
            update_shadow(tenant_id, device_id, desired=write_part(part), version=None, name=part_shadow(number))
            versions.append(due.wanted)
        else:
            versions.append(before[number].version)
    index = write_index(Index(due.wanted, versions))
    update_shadow(tenant_id, device_id, desired=index, version=None, name=INDEX_SHADOW)
    for number in range(len(versions), len(before)):
        delete_shadow(tenant_id, device_id, name=part_shadow(number))
    return "; ".join(left_out) or None


def _write(tenant_id: str, device_id: str, wish: _Wish) -> str | None:
    """Write a target's shadow; why it can't be, as one that is too large: that stops no other."""
    target = poll_target(wish.row, wish.questions)
    name = target_shadow(target.target_id)
    try:
        update_shadow(tenant_id, device_id, desired=write_target(target), version=None, name=name)
    except InvalidInputError as error:
        logger.warning("target_not_told", tenant_id=tenant_id, device_id=device_id, target_id=str(target.target_id))
        delete_shadow(tenant_id, device_id, name=name)
        return f"{target.name}: {error.message}"
    return None


def _parts(tenant_id: str, device_id: str) -> list[Part]:
    """The lists that there are, those of a run that was not finished too; an unreadable one counts as empty."""
    found: list[Part] = []
    while (shadow := load_shadow(tenant_id, device_id, name=part_shadow(len(found)))).version:
        try:
            found.append(read_part(shadow.desired))
        except AssignmentError:  # a device may write into its own shadows whatever it likes
            found.append(Part(0, {}))
    return found


def _wishes(tenant_id: str, device_id: str) -> dict[UUID, _Wish]:
    """What a gateway asks; a target without its addon is asked nothing."""
    found = {}
    with ingest_session() as connection:
        choices = addon_store.find_choices(connection, tenant_id)
        manifests: dict[str, Manifest | None] = {}
        for row in target_store.targets_of_gateway(connection, tenant_id, device_id):
            addon_id = row["addon_id"]
            if addon_id not in choices or not choices[addon_id].enabled:
                continue
            if addon_id not in manifests:
                manifests[addon_id] = addon_store.find_manifest(connection, tenant_id, addon_id)
            manifest = manifests[addon_id]
            if manifest is not None and isinstance(manifest.method, SnmpPoll | ApiPoll | SshPoll):
                found[row["target_id"]] = _Wish(row, manifest.method.questions)
    return found


def _reason(error: Exception) -> str:
    return error.message if isinstance(error, PulseError) else type(error).__name__
