"""What people want of a device, and what it says of itself: kept in its shadow at AWS IoT."""

from pulse.database import Connection, tenant_session
from pulse.devices import announcements, broker
from pulse.devices.queries import Lifecycle, lock_lifecycle, require_device
from pulse.devices.shadow import Shadow, State, change_to, merged
from pulse.devices.shadow_store import NoThingError, load_shadow, update_shadow
from pulse.errors import ConflictError
from pulse.events.outbox import add_events, publish_after_commit
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import record_change
from pulse.versions import require_match


def get_shadow(actor: Principal, device_id: str) -> Shadow:
    """A device's shadow. Raises NotPermittedError, NotFoundError."""
    tenant_id = actor.require(Permission.READ_DEVICES)
    with tenant_session(tenant_id) as connection:
        require_device(connection, tenant_id, device_id)
    return load_shadow(tenant_id, device_id)


def replace_desired(actor: Principal, device_id: str, wanted: State, *, if_match: int | None, origin: Origin) -> Shadow:
    """Have a state in the place of the desired one.

    Raises NotPermittedError, NotFoundError, StaleVersionError, InvalidInputError for a state that is too large,
    ConflictError for a decommissioned device.
    """
    tenant_id = actor.require(Permission.SEND_COMMANDS)
    with tenant_session(tenant_id) as connection:
        before = _lock(connection, tenant_id, device_id, if_match)
        part = change_to(before.desired, wanted)
        if part:
            _change(connection, actor, device_id, before, part, origin=origin)
    publish_after_commit()
    return load_shadow(tenant_id, device_id)


def change_desired(actor: Principal, device_id: str, part: State, *, if_match: int | None, origin: Origin) -> Shadow:
    """Set the given parts of the desired state; null takes a part away. Raises as `replace_desired` does."""
    tenant_id = actor.require(Permission.SEND_COMMANDS)
    with tenant_session(tenant_id) as connection:
        before = _lock(connection, tenant_id, device_id, if_match)
        if change_to(before.desired, merged(before.desired, part)):
            _change(connection, actor, device_id, before, part, origin=origin)
    publish_after_commit()
    return load_shadow(tenant_id, device_id)


def report(tenant_id: str, device_id: str, part: State) -> Shadow:
    """Set parts of what an authorized device says of itself, which did so over HTTP; null takes a part away.

    A shadow needs no thing as a rule, and CreateThing has a quota that all tenants share: it is called only when
    AWS IoT asks for it. Raises InvalidInputError for a state that is too large.
    """
    try:
        update_shadow(tenant_id, device_id, reported=part, version=None)
    except NoThingError:
        broker.ensure_thing(tenant_id, device_id)
        update_shadow(tenant_id, device_id, reported=part, version=None)
    return load_shadow(tenant_id, device_id)


def _lock(connection: Connection, tenant_id: str, device_id: str, if_match: int | None) -> Shadow:
    """Hold the device, so that people's changes come one after another; a device may still report in between."""
    if lock_lifecycle(connection, tenant_id, device_id) is Lifecycle.DECOMMISSIONED:
        message = f"device {device_id} was decommissioned; nothing is desired of it any more"
        raise ConflictError(message)
    shadow = load_shadow(tenant_id, device_id)
    require_match(if_match, shadow.version)
    return shadow


def _change(
    connection: Connection, actor: Principal, device_id: str, before: Shadow, part: State, *, origin: Origin
) -> None:
    """Audit first: what can't be entered must not happen, and the shadow can't be rolled back."""
    tenant_id = actor.require(Permission.SEND_COMMANDS)
    after = merged(before.desired, part)
    record_change(
        connection,
        actor=actor,
        origin=origin,
        action="device.set_desired",
        subject=device_id,
        before={"desired": before.desired},
        after={"desired": after},
    )
    add_events(
        connection,
        [
            announcements.device_desired_changed(
                tenant_id, device_id, fields=change_to(before.desired, after), by=actor.name
            )
        ],
    )
    broker.ensure_thing(tenant_id, device_id)
    update_shadow(tenant_id, device_id, desired=part, version=before.version)
