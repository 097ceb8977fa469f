"""The door for webhooks: who sends is known, is not heard twice, and does not flood; then the message is queued."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID, uuid4

import psycopg
from pydantic import TypeAdapter

from pulse.database import Connection, ingest_session
from pulse.errors import ConflictError, NotAuthenticatedError, TooManyRequestsError, UnavailableError
from pulse.inbound import source_store
from pulse.inbound.addon_store import find_choices
from pulse.inbound.authentication import Authentication, HookRefusedError, HookRequest, verify, without_secret
from pulse.inbound.message import write_message
from pulse.inbound.queue import enqueue
from pulse.inbound.reading import Delivery
from pulse.limits.counters import count_request
from pulse.limits.definitions import LimitName, limits_of
from pulse.limits.rates import retry_after
from pulse.logging import logger
from pulse.metrics import count
from pulse.models import WHEN_USED
from pulse.secrets import decrypt_secrets
from pulse.tenants.status import inactive_tenants
from pulse.transient import Key, TransientUnavailableError, create_entry, delete_entry

STORM_IS_CHECKED_AFTER: Final = timedelta(minutes=5)
_REMEMBERED_FOR: Final = timedelta(hours=24)
_STORM_IS_TOLD_EVERY: Final = timedelta(minutes=1)
_AUTHENTICATION: Final[TypeAdapter[Authentication]] = TypeAdapter(Authentication, config=WHEN_USED)


class Receipt(NamedTuple):
    """What became of a request: its id, and whether the very same was received before and is not taken again."""

    message_id: UUID
    repeated: bool


class _Sender(NamedTuple):
    """A source whose secrets are known."""

    tenant_id: str
    source_id: UUID
    authentication: Authentication
    secrets: tuple[str, ...]
    addon_id: str | None
    is_heard: bool
    """Whether its addon is enabled."""


def receive(
    tenant_id: str, source_id: str, request: HookRequest, *, source_address: str | None, now: datetime
) -> Receipt:
    """Take a request of a source. When this returns, what it says will be processed.

    Raises NotFoundError for a source that there is not or that is disabled, NotAuthenticatedError,
    ConflictError while its addon is disabled, TooManyRequestsError, UnavailableError when it could not be queued.
    """
    sender = _find_sender(tenant_id, source_id, now)
    try:
        mark = verify(sender.authentication, sender.secrets, request, now)
    except HookRefusedError as error:
        count("InboundRefused")
        logger.warning("hook_refused", tenant_id=tenant_id, source_id=source_id, reason=str(error))
        raise NotAuthenticatedError(str(error)) from error
    if not sender.is_heard:
        message = f"the addon {sender.addon_id} is disabled: what it would have read is not taken"
        raise ConflictError(message)
    _admit(sender, now)
    message_id = uuid4()
    if mark is not None and not _is_new(sender, mark, message_id):
        return Receipt(message_id, repeated=True)
    kept = without_secret(sender.authentication, sender.secrets, request)
    delivery = Delivery(kept.body, now, source_address, kept.query)
    try:
        enqueue(write_message("delivery", tenant_id, sender.source_id, message_id, now, delivery))
    except UnavailableError:
        _forget(sender, mark)
        raise
    return Receipt(message_id, repeated=False)


def _find_sender(tenant_id: str, source_id: str, now: datetime) -> _Sender:
    try:
        known_id = UUID(source_id)
    except ValueError as error:
        raise source_store.source_not_found(source_id) from error
    # The database can't even be asked for a text with NUL in it.
    if "\x00" in tenant_id:
        raise source_store.source_not_found(source_id)
    with ingest_session() as connection:
        row = source_store.find_source(connection, tenant_id, known_id)
        is_heard = row is None or row["addon_id"] is None or _is_enabled(connection, tenant_id, row["addon_id"])
        is_in_business = not inactive_tenants(connection, [tenant_id])
    if row is None or not row["enabled"] or not is_in_business:
        raise source_store.source_not_found(source_id)
    kept = [row["secret"]]
    if row["former_secret"] is not None and row["former_secret_expires_at"] > now:
        kept.append(row["former_secret"])
    secrets = tuple(_decrypted(tenant_id, known_id, bytes(secret)) for secret in kept)
    authentication = _AUTHENTICATION.validate_python(row["authentication"])
    return _Sender(tenant_id, known_id, authentication, secrets, row["addon_id"], is_heard)


def _is_enabled(connection: Connection, tenant_id: str, addon_id: str) -> bool:
    choice = find_choices(connection, tenant_id, addon_id).get(addon_id)
    return choice is not None and choice.enabled


@lru_cache(maxsize=1000)
def _decrypted(tenant_id: str, source_id: UUID, kept: bytes) -> str:
    return str(decrypt_secrets(tenant_id, source_id, kept)["secret"])


def _admit(sender: _Sender, now: datetime) -> None:
    """Raise TooManyRequestsError when the source sends too much; nobody is refused while that can't be counted."""
    try:
        limit = limits_of(sender.tenant_id)[LimitName.INBOUND_SOURCE]
        for rate in limit.rates:
            counted = count_request(limit.name, rate, str(sender.source_id), now)
            if not counted.admitted:
                _tell_of_storm(sender, now)
                seconds = retry_after(rate, previous=counted.previous, current=counted.current, now=now)
                message = f"{limit.error}: {rate.count} messages in {rate.seconds} s are allowed"
                raise TooManyRequestsError(message, retry_after_seconds=seconds)
    except TransientUnavailableError:
        return
    except psycopg.Error:
        logger.exception("limits_unreadable")
        count("LimitsUnreadable")


def _tell_of_storm(sender: _Sender, now: datetime) -> None:
    """Once a minute: an alert that says so, and later a look whether it is over."""
    count("InboundThrottled")
    key = Key(f"STORM#{sender.tenant_id}#{sender.source_id}", "told")
    if create_entry(key, {}, lifetime=_STORM_IS_TOLD_EVERY) is not None:
        return
    for kind, delay in (("storm", 0), ("storm_check", int(STORM_IS_CHECKED_AFTER.total_seconds()))):
        enqueue(write_message(kind, sender.tenant_id, sender.source_id, uuid4(), now), delay_seconds=delay)


def _is_new(sender: _Sender, mark: str, message_id: UUID) -> bool:
    try:
        before = create_entry(_key(sender, mark), {"message_id": str(message_id)}, lifetime=_REMEMBERED_FOR)
    except TransientUnavailableError:
        return True  # heard twice is better than not at all
    return before is None


def _forget(sender: _Sender, mark: str | None) -> None:
    if mark is not None:
        try:
            delete_entry(_key(sender, mark))
        except TransientUnavailableError:
            logger.warning("hook_mark_kept", tenant_id=sender.tenant_id, source_id=str(sender.source_id))


def _key(sender: _Sender, mark: str) -> Key:
    return Key(f"HOOK#{sender.tenant_id}#{sender.source_id}", mark)
