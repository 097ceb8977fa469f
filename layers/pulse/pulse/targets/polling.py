"""Asking targets from the cloud: those that are due go to a queue, and come from it to be polled, several at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import batched
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

import boto3
import orjson
from botocore.config import Config

from pulse import clock
from pulse.database import ingest_session
from pulse.errors import UnavailableError
from pulse.inbound import addon_store
from pulse.inbound.manifest import Manifest
from pulse.inbound.message import write_message
from pulse.inbound.methods import ApiPoll, SnmpPoll, SshPoll
from pulse.inbound.queue import enqueue
from pulse.inbound.reading import Delivery
from pulse.logging import logger
from pulse.metrics import count
from pulse.outbound.door import check_destination, require_encryption
from pulse.outbound.errors import OutboundError, RefusedDestinationError
from pulse.polling.access import port_of
from pulse.polling.outcome import OutcomeKind, PollOutcome
from pulse.polling.poller import poll_together
from pulse.polling.report import report_of
from pulse.polling.target import PollTarget
from pulse.settings import settings
from pulse.targets import target_store
from pulse.targets.access_parts import poll_target
from pulse.targets.target_store import TargetKey, TargetRow
from pulse.tenants.status import inactive_tenants

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

PAUSE: Final = timedelta(seconds=5)
"""Between two polls of one target, whoever wants them."""
_CLAIMED_AT_ONCE: Final = 500
_IN_A_MESSAGE: Final = 10
_ENTRIES_PER_CALL: Final = 10


def hand_out_due(now: datetime, *, budget: timedelta) -> int:
    """Put targets that are due on the queue, in batches; return how many."""
    give_up_at = clock.now() + budget
    handed = 0
    while clock.now() < give_up_at:
        with ingest_session() as connection:
            due = target_store.claim_due(connection, now=now, limit=_CLAIMED_AT_ONCE)
            idle = inactive_tenants(connection, {key.tenant_id for key in due})
            wanted = [key for key in due if key.tenant_id not in idle]
            # In the transaction: what the queue does not take stays due.
            _enqueue(wanted, now)
        handed += len(wanted)
        if len(due) < _CLAIMED_AT_ONCE:
            break
    return handed


def read_batch(body: str) -> tuple[datetime, list[TargetKey]]:
    """The targets that a message names, and since when they are due. Raises ValueError, KeyError for none of ours."""
    document = orjson.loads(body)
    keys = [TargetKey(str(tenant_id), UUID(target_id)) for tenant_id, target_id in document["targets"]]
    return datetime.fromisoformat(document["due_at"]), keys


def poll_targets(due_at: datetime, keys: Sequence[TargetKey]) -> int:
    """Poll targets at the same time, and hand on what came of each; return how many were polled.

    One that somebody asks just now is left out, and so is everything that waited so long that its next turn has come.
    """
    rows = [row for key in keys if (row := _begin(key, due_at)) is not None]
    asked = [(row, *prepare(row, _manifest_of(row))) for row in rows]
    waiting = [target for _, target, _ in asked if target is not None]
    outcomes = dict(zip((target.target_id for target in waiting), poll_together(waiting), strict=True))
    now = clock.now()
    for row, _, refused in asked:
        outcome = refused or outcomes[row["target_id"]]
        document = report_of(row["target_id"], now, outcome)
        body = write_message(
            "poll", row["tenant_id"], row["target_id"], uuid4(), now, Delivery(orjson.dumps(document), now)
        )
        enqueue(body)
        with ingest_session() as connection:
            target_store.end_poll(connection, TargetKey(row["tenant_id"], row["target_id"]), free_at=now)
        count("TargetPolled")
    return len(rows)


def prepare(row: TargetRow, manifest: Manifest | None) -> tuple[PollTarget | None, PollOutcome | None]:
    """The target to be asked, at an address that the door opens for; or why it is not."""
    if manifest is None or not isinstance(manifest.method, SnmpPoll | ApiPoll | SshPoll):
        return None, _not_polled(OutcomeKind.NOT_ALLOWED, f"there is no addon {row['addon_id']} that polls")
    target = poll_target(row, manifest.method.questions)
    try:
        require_encryption(encrypted=target.access.encrypts, what="what everybody on the way can read")
        address = check_destination(target.host, port_of(target.access))[0]
    except RefusedDestinationError as error:
        return None, _not_polled(OutcomeKind.NOT_ALLOWED, f"{error.message}; let a gateway ask it")
    except OutboundError as error:
        return None, _not_polled(OutcomeKind.UNREACHABLE, error.message)
    return target.model_copy(update={"address": str(address)}), None


def _manifest_of(row: TargetRow) -> Manifest | None:
    with ingest_session() as connection:
        return addon_store.find_manifest(connection, row["tenant_id"], row["addon_id"])


def _not_polled(kind: OutcomeKind, reason: str) -> PollOutcome:
    return PollOutcome(kind=kind, reason=reason[:300], complete=False, seconds=0)


def _begin(key: TargetKey, due_at: datetime) -> TargetRow | None:
    now = clock.now()
    with ingest_session() as connection:
        row = target_store.begin_poll(connection, key, now=now, pause=timedelta())
    if row is None or not row["enabled"] or row["gateway_device_id"] is not None:
        return None
    if due_at + timedelta(seconds=row["interval_seconds"]) <= now:
        count("PollTooLate")
        return None
    return row


def _enqueue(keys: Sequence[TargetKey], now: datetime) -> None:
    """Raises UnavailableError when the queue does not take all."""
    url = str(settings().require("poll_queue_url").poll_queue_url)
    bodies = [
        orjson.dumps({"due_at": now.isoformat(), "targets": [(key.tenant_id, str(key.target_id)) for key in chunk]})
        for chunk in batched(keys, _IN_A_MESSAGE, strict=False)
    ]
    for part in batched(bodies, _ENTRIES_PER_CALL, strict=False):
        answer = _client().send_message_batch(
            QueueUrl=url,
            Entries=[{"Id": str(number), "MessageBody": body.decode()} for number, body in enumerate(part)],
        )
        if answer.get("Failed"):
            logger.error("polls_not_enqueued", messages=len(answer["Failed"]))
            message = "the queue of polls does not take all"
            raise UnavailableError(message)


@cache
def _client() -> "SQSClient":
    return boto3.client("sqs", config=Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2}))
