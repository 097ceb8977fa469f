"""What people do with targets: made, changed, trusted anew, taken away."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg

from pulse import clock
from pulse.alerts.alert_store import Closing
from pulse.alerts.lifecycle import close_alerts
from pulse.database import Connection, tenant_session
from pulse.database.names import name_taken
from pulse.devices.queries import lock_in_service
from pulse.errors import ConflictError, FieldError, InvalidInputError, PulseError
from pulse.events.outbox import publish_after_commit
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.inbound import addon_store
from pulse.inbound.cause_store import end_causes
from pulse.inbound.methods import Method, PolledMethod
from pulse.operations.audit import record_change
from pulse.outbound.door import check_destination, require_encryption
from pulse.outbound.errors import OutboundError, RefusedDestinationError
from pulse.polling.access import port_of
from pulse.targets import target_store
from pulse.targets.access_parts import AnyAccess, keep_access, kept_secrets, read_access
from pulse.targets.assignment_store import want_assignment
from pulse.targets.causes import failure_fingerprint
from pulse.targets.overdue import end_if_nothing_is_owed
from pulse.targets.showing import show_target, show_targets
from pulse.targets.target import Target, TargetFilter, TargetList, TargetPosition, TargetWish
from pulse.targets.target_store import TargetKey, TargetRow
from pulse.versions import require_match

MOST_TARGETS: Final = 5000
"""Of a tenant."""
_KINDS: Final = {"snmp_poll": "snmp", "api_poll": "http", "ssh": "ssh"}


def list_targets(tenant_id: str, wanted: TargetFilter, *, limit: int, after: TargetPosition | None) -> TargetList:
    """A page of a tenant's targets, by name."""
    with tenant_session(tenant_id) as connection:
        rows, total = target_store.list_targets(
            connection, tenant_id, wanted, after=after.name if after else None, limit=limit + 1
        )
        targets = show_targets(connection, tenant_id, rows[:limit])
    return TargetList(targets, TargetPosition(targets[-1].name) if len(rows) > limit else None, total)


def get_target(tenant_id: str, target_id: UUID) -> Target:
    """One target. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return show_target(connection, target_store.read_target(connection, TargetKey(tenant_id, target_id)))


def create_target(actor: Principal, wish: TargetWish, *, origin: Origin) -> Target:
    """Make a target; it is asked within a minute. Raises NotPermittedError, InvalidInputError, ConflictError."""
    key = TargetKey(actor.require(Permission.MANAGE_ADDONS), uuid4())
    access = checked_access(wish, kept={})
    kept = keep_access(key, access)
    try:
        with tenant_session(key.tenant_id) as connection:
            interval = check_wish(connection, key.tenant_id, wish, access)
            if target_store.count_targets(connection, key.tenant_id) >= MOST_TARGETS:
                message = f"there are {MOST_TARGETS} targets already; take one away first"
                raise ConflictError(message)
            values = {**wish._asdict(), **kept._asdict(), "interval_seconds": interval}
            row = target_store.insert_target(connection, key, values, first_at=clock.now())
            want_assignment(connection, key.tenant_id, wish.gateway_device_id)
            record(connection, actor, origin, "create", key, after=audited(row))
            return show_target(connection, row)
    except (psycopg.errors.UniqueViolation, psycopg.errors.ForeignKeyViolation) as error:
        raise refused(error, wish) from error


def change_target(
    actor: Principal, target_id: UUID, wish: TargetWish, *, if_match: int | None, origin: Origin
) -> Target:
    """Change a target; a secret that is `***` stays as it is. One that nobody asks any more has no open alerts.

    Raises NotPermittedError, NotFoundError, StaleVersionError, InvalidInputError, ConflictError for a name that is
    taken.
    """
    key = TargetKey(actor.require(Permission.MANAGE_ADDONS), target_id)
    with tenant_session(key.tenant_id) as connection:
        before = target_store.read_target(connection, key)
    require_match(if_match, before["version"])
    # Outside of the transaction: the key service and the name server take their time.
    access = checked_access(wish, kept=kept_secrets(before))
    kept = keep_access(key, access)
    try:
        with tenant_session(key.tenant_id) as connection:
            locked = target_store.read_target(connection, key, lock=True)
            require_match(before["version"], locked["version"])
            interval = check_wish(connection, key.tenant_id, wish, access)
            values = {**wish._asdict(), **kept._asdict(), "interval_seconds": interval}
            row = target_store.update_target(connection, key, values, first_at=clock.now())
            if not wish.enabled or wish.addon_id != before["addon_id"]:
                end_alerts(connection, key, "the target is asked no more")
            for device_id in {before["gateway_device_id"], wish.gateway_device_id}:
                want_assignment(connection, key.tenant_id, device_id)
            _end_what_was_owed(connection, before)
            record(connection, actor, origin, "change", key, before=audited(before), after=audited(row))
            target = show_target(connection, row)
    except (psycopg.errors.UniqueViolation, psycopg.errors.ForeignKeyViolation) as error:
        raise refused(error, wish) from error
    publish_after_commit()
    return target


def forget_host_key(actor: Principal, target_id: UUID, *, if_match: int | None, origin: Origin) -> Target:
    """Trust the next key that an SSH server shows: it was set up anew. Raises as `change_target` does."""
    key = TargetKey(actor.require(Permission.MANAGE_ADDONS), target_id)
    with tenant_session(key.tenant_id) as connection:
        before = target_store.read_target(connection, key, lock=True)
        require_match(if_match, before["version"])
        row = target_store.forget_host_key(connection, key)
        want_assignment(connection, key.tenant_id, row["gateway_device_id"])
        forgotten = {"host_key": before["host_key"]}
        record(connection, actor, origin, "forget_host_key", key, before=forgotten, after={"host_key": None})
        return show_target(connection, row)


def delete_target(actor: Principal, target_id: UUID, *, if_match: int | None, origin: Origin) -> None:
    """Take a target away; what it told of last closes. Raises NotPermittedError, NotFoundError, StaleVersionError."""
    key = TargetKey(actor.require(Permission.MANAGE_ADDONS), target_id)
    with tenant_session(key.tenant_id) as connection:
        before = target_store.read_target(connection, key, lock=True)
        require_match(if_match, before["version"])
        end_alerts(connection, key, "the target was deleted")
        target_store.delete_target(connection, key)
        want_assignment(connection, key.tenant_id, before["gateway_device_id"])
        _end_what_was_owed(connection, before)
        record(connection, actor, origin, "delete", key, before=audited(before))
    publish_after_commit()


def _end_what_was_owed(connection: Connection, before: TargetRow) -> None:
    if before["overdue_since"] is not None:
        end_if_nothing_is_owed(connection, before["tenant_id"], before["gateway_device_id"], clock.now())


def access_kind(method: Method) -> str:
    """How what an addon asks is signed in to; empty for one that asks nothing."""
    return _KINDS.get(method.type, "")


def checked_access(wish: TargetWish, *, kept: Mapping[str, Any]) -> AnyAccess:
    """The access of a wish, at a place that whoever asks it may ask. Raises InvalidInputError."""
    access = read_access(wish.access, kept)
    if wish.gateway_device_id is None:
        try:
            require_encryption(encrypted=access.encrypts, what="what everybody on the way can read")
            check_destination(wish.host, port_of(access))
        except RefusedDestinationError as error:
            reason = f"{error.message}; let a gateway ask it"
            raise InvalidInputError.of([FieldError("host", reason)]) from error
        except OutboundError as error:
            raise InvalidInputError.of([FieldError("host", error.message)]) from error
    return access


def check_wish(connection: Connection, tenant_id: str, wish: TargetWish, access: AnyAccess) -> int:
    """The interval of a wish that makes sense. Raises InvalidInputError."""
    manifest = addon_store.find_manifest(connection, tenant_id, wish.addon_id)
    if manifest is None:
        raise InvalidInputError.of([FieldError("addon_id", f"there is no addon {wish.addon_id}")])
    if not isinstance(manifest.method, PolledMethod):
        reason = f"{wish.addon_id} waits for what is sent, and asks nothing"
        raise InvalidInputError.of([FieldError("addon_id", reason)])
    choice = addon_store.find_choices(connection, tenant_id, wish.addon_id).get(wish.addon_id)
    if choice is None or not choice.enabled:
        raise InvalidInputError.of([FieldError("addon_id", f"{wish.addon_id} is disabled; enable it first")])
    kind = access_kind(manifest.method)
    if access.kind != kind:
        raise InvalidInputError.of([FieldError("access.kind", f"must be {kind}, which {wish.addon_id} asks over")])
    gateway = wish.gateway_device_id
    if gateway is not None and not lock_in_service(connection, tenant_id, [gateway]):
        raise InvalidInputError.of([FieldError("gateway_device_id", f"there is no device {gateway} in service")])
    return wish.interval_seconds or manifest.method.interval_seconds


def end_alerts(connection: Connection, key: TargetKey, reason: str) -> None:
    """Close what a target told of, and that it can't be polled."""
    causes = [*end_causes(connection, key.tenant_id, source_id=key.target_id), failure_fingerprint(key.target_id)]
    now = clock.now()
    close_alerts(connection, [Closing(key.tenant_id, cause, reason, now, {}, final=True) for cause in causes])


def shown(row: TargetRow) -> Target:
    """What people have said of a target."""
    return Target.model_validate(row)


def audited(row: TargetRow) -> dict[str, Any]:
    """What the audit log keeps of a target."""
    kept = {"name", "addon_id", "host", "access", "site_id", "gateway_device_id", "interval_seconds", "timeout_seconds"}
    return shown(row).model_dump(mode="json", include=kept | {"failures_before_alert", "enabled"})


def record(
    connection: Connection,
    actor: Principal,
    origin: Origin,
    what: str,
    key: TargetKey,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Enter into the audit log what somebody does with a target."""
    record_change(
        connection,
        actor=actor,
        origin=origin,
        action=f"target.{what}",
        subject=str(key.target_id),
        before=before,
        after=after,
    )


def refused(error: psycopg.Error, wish: TargetWish) -> PulseError:
    """What the database would not take."""
    if isinstance(error, psycopg.errors.UniqueViolation):
        return name_taken("a target", wish.name)
    return InvalidInputError.of([FieldError("site_id", f"there is no site {wish.site_id}")])
