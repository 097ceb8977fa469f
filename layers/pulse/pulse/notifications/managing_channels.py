"""What people do with channels: made, tried out, changed, taken away."""

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import orjson
from pydantic import ValidationError

from pulse import clock
from pulse.database import Connection, tenant_session
from pulse.database.names import unique_name
from pulse.errors import ConflictError, FieldError, InvalidInputError
from pulse.escalation.policies import policies_that_tell
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.input_errors import field_errors
from pulse.masking import masked, take_apart, unmasked
from pulse.notifications import channel_store
from pulse.notifications.channel import (
    ChannelHealth,
    ChannelList,
    ChannelPosition,
    ChannelWish,
    KindDescription,
    NotificationChannel,
    TrialResult,
)
from pulse.notifications.channel_store import ChannelRow
from pulse.notifications.channels.kind import ChannelConfig, KindName
from pulse.notifications.channels.registry import kinds
from pulse.notifications.notice import sample_notice
from pulse.notifications.recording import Failure, Result, record_test
from pulse.oncall.schedules import schedules_that_reach
from pulse.operations.audit import record_change
from pulse.outbound.errors import OutboundError
from pulse.secrets import decrypt_secrets, encrypt_secrets
from pulse.versions import require_match


def list_kinds() -> list[KindDescription]:
    """Every kind of channel with the schema of its configuration."""
    return [
        KindDescription(kind=name, title=kind.title, config_schema=kind.config_model.model_json_schema())
        for name, kind in kinds().items()
    ]


def list_channels(
    tenant_id: str, *, kinds: Sequence[KindName], q: str | None, limit: int, after: ChannelPosition | None
) -> ChannelList:
    """A page of a tenant's channels of some kinds, or of all without any, by name."""
    with tenant_session(tenant_id) as connection:
        rows, total = channel_store.list_channels(
            connection, tenant_id, kinds=kinds, q=q, after=after.name if after else None, limit=limit + 1
        )
    channels = [_shown(row) for row in rows[:limit]]
    position = ChannelPosition(channels[-1].name) if len(rows) > limit else None
    return ChannelList(channels, position, total)


def get_channel(tenant_id: str, channel_id: UUID) -> NotificationChannel:
    """One channel. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return _shown(channel_store.read_channel(connection, tenant_id, channel_id))


def create_channel(actor: Principal, wish: ChannelWish, *, origin: Origin) -> NotificationChannel:
    """Make a channel. Raises NotPermittedError, InvalidInputError, ConflictError for a name that is taken."""
    tenant_id = actor.require(Permission.MANAGE_NOTIFICATIONS)
    channel_id = uuid4()
    values = _checked(tenant_id, channel_id, wish, kept={})
    with unique_name("a channel", wish.name), tenant_session(tenant_id) as connection:
        channel = _shown(channel_store.insert_channel(connection, tenant_id, channel_id, values))
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="notification_channel.create",
            subject=str(channel_id),
            after=_audited(channel),
        )
    return channel


def change_channel(
    actor: Principal, channel_id: UUID, wish: ChannelWish, *, if_match: int | None, origin: Origin
) -> NotificationChannel:
    """Change a channel; a secret that is `***` stays as it is. The kind can't be changed.

    Raises NotPermittedError, NotFoundError, StaleVersionError, InvalidInputError, ConflictError for a name that is
    taken.
    """
    tenant_id = actor.require(Permission.MANAGE_NOTIFICATIONS)
    with tenant_session(tenant_id) as connection:
        before = channel_store.read_channel(connection, tenant_id, channel_id)
    require_match(if_match, before["version"])
    if wish.kind != before["kind"]:
        reason = "can't be changed; make another channel"
        raise InvalidInputError(f"kind {reason}", errors=(FieldError("kind", reason),))
    # Outside of the transaction: the key service and the name server take their time.
    kept = decrypt_secrets(tenant_id, channel_id, before["secrets"])
    values = _checked(tenant_id, channel_id, wish, kept=kept)
    with unique_name("a channel", wish.name), tenant_session(tenant_id) as connection:
        locked = channel_store.lock_channel(connection, tenant_id, channel_id)
        # Kept secrets belong to the version that was read.
        require_match(before["version"], locked["version"])
        channel = _shown(channel_store.update_channel(connection, tenant_id, channel_id, values))
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="notification_channel.change",
            subject=str(channel_id),
            before=_audited(_shown(before)),
            after=_audited(channel),
        )
    return channel


def delete_channel(actor: Principal, channel_id: UUID, *, if_match: int | None, origin: Origin) -> None:
    """Take a channel and the routing rules that lead to it away; its deliveries stay listed.

    Raises NotPermittedError, NotFoundError, StaleVersionError, ConflictError while people rely on it.
    """
    tenant_id = actor.require(Permission.MANAGE_NOTIFICATIONS)
    with tenant_session(tenant_id) as connection:
        before = channel_store.lock_channel(connection, tenant_id, channel_id)
        require_match(if_match, before["version"])
        _require_unused(connection, tenant_id, channel_id)
        channel_store.delete_channel(connection, tenant_id, channel_id)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="notification_channel.delete",
            subject=str(channel_id),
            before=_audited(_shown(before)),
        )


def try_channel(actor: Principal, channel_id: UUID, *, origin: Origin) -> TrialResult:
    """Send a sample through one channel, once, also when it is disabled; the delivery log has it.

    Raises NotPermittedError, NotFoundError.
    """
    tenant_id = actor.require(Permission.MANAGE_NOTIFICATIONS)
    with tenant_session(tenant_id) as connection:
        row = channel_store.read_channel(connection, tenant_id, channel_id)
    job_id, now = uuid4(), clock.now()
    kind = kinds()[KindName(row["kind"])]
    config = config_of(row)
    started = time.perf_counter()
    sent: Result
    try:
        sent = kind.send(config, sample_notice(job_id, tenant_id, by=actor.name, now=now), None)
    except OutboundError as error:
        sent = Failure(error, None)
    latency = round((time.perf_counter() - started) * 1000)
    with tenant_session(tenant_id) as connection:
        attempt = record_test(
            connection, row, job_id, sent, by=actor.name, started_at=now, latency_milliseconds=latency
        )
        result = TrialResult(
            ok=attempt["error"] is None,
            status_code=attempt["status_code"],
            error=attempt["error"],
            answer=attempt["answer"],
            latency_milliseconds=latency,
            tested_at=now,
        )
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="notification_channel.test",
            subject=str(channel_id),
            after=result.model_dump(include={"ok", "status_code", "error"}),
        )
    return result


def config_of(row: ChannelRow) -> ChannelConfig:
    """A channel's whole configuration, with its secrets. Raises UnavailableError when KMS does not answer."""
    secrets = decrypt_secrets(row["tenant_id"], row["channel_id"], row["secrets"])
    model: type[ChannelConfig] = kinds()[KindName(row["kind"])].config_model
    return model.model_validate({**row["config"], **secrets})


def _checked(tenant_id: str, channel_id: UUID, wish: ChannelWish, *, kept: dict[str, Any]) -> dict[str, Any]:
    """The columns of a wish that makes sense and leads somewhere. Raises InvalidInputError."""
    kind = kinds()[wish.kind]
    document = unmasked(wish.config, kept)
    try:
        config = kind.config_model.model_validate_json(orjson.dumps(document), strict=True)
    except ValidationError as error:
        wrong = [FieldError(f"config.{it.field}".rstrip("."), it.reason) for it in field_errors(error, document)]
        raise InvalidInputError.of(wrong) from error
    try:
        kind.check(config)
    except OutboundError as error:
        field = f"config.{kind.destination_field}"
        raise InvalidInputError(f"{field}: {error.message}", errors=(FieldError(field, error.message),)) from error
    parts = take_apart(config)
    return {
        "name": wish.name,
        "kind": wish.kind.value,
        "destination": kind.display(config),
        "config": masked(parts.shown, parts.secret),
        "secrets": encrypt_secrets(tenant_id, channel_id, parts.secret),
        "enabled": wish.enabled,
    }


def _require_unused(connection: Connection, tenant_id: str, channel_id: UUID) -> None:
    """Raise ConflictError naming who would not be reached any more."""
    uses = [f"the escalation policy {name}" for name in policies_that_tell(connection, tenant_id, channel_id)]
    uses += [f"the on-call schedule {name}" for name in schedules_that_reach(connection, tenant_id, channel_id)]
    if uses:
        message = "this channel reaches people who are relied on; take it out of what names it first"
        raise ConflictError(message, errors=tuple(FieldError("channel_id", f"is named by {use}") for use in uses))


def _shown(row: ChannelRow) -> NotificationChannel:
    return NotificationChannel(**row, health=ChannelHealth.model_validate(row))


def _audited(channel: NotificationChannel) -> dict[str, Any]:
    return channel.model_dump(mode="json", include={"name", "kind", "destination", "config", "enabled"})
