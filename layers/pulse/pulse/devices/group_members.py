"""Many devices into a static group at once."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from pydantic import Field

from pulse.database import tenant_session
from pulse.devices.groups import lock_static_group
from pulse.errors import FieldError, InvalidInputError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.models import Model
from pulse.operations.audit import record_change

MAXIMUM_AT_ONCE: Final = 1000


class Entry(Model):
    """What became of devices that were to be entered into a group."""

    added: int = Field(description="Devices that are in the group now and were not before")
    known: int = Field(description="Devices that were in it")


def add_members(actor: Principal, group_id: UUID, device_ids: Sequence[str], *, origin: Origin) -> Entry:
    """Enter devices into a static group, all or none; those that are in it stay.

    Raises NotPermittedError, NotFoundError, InvalidInputError naming devices that there are not, ConflictError for a
    dynamic group.
    """
    tenant_id = actor.require(Permission.MANAGE_DEVICES)
    wanted = sorted(set(device_ids))
    with tenant_session(tenant_id) as connection:
        lock_static_group(connection, tenant_id, group_id)
        rows = connection.execute(
            """
            SELECT device_id FROM devices
            WHERE tenant_id = %(tenant_id)s AND device_id = ANY(%(wanted)s)
            ORDER BY device_id
            FOR KEY SHARE
            """,
            {"tenant_id": tenant_id, "wanted": wanted},
        )
        existing = {row["device_id"] for row in rows}
        errors = tuple(
            FieldError(f"device_ids.{position}", f"there is no device {device_id}")
            for position, device_id in enumerate(device_ids)
            if device_id not in existing
        )
        if errors:
            message = f"{len(errors)} of these devices do not exist; nobody was entered"
            raise InvalidInputError(message, errors=errors)
        added = connection.execute(
            """
            INSERT INTO device_group_members (tenant_id, group_id, device_id)
            SELECT %(tenant_id)s, %(group_id)s, unnest(%(wanted)s::text[])
            ON CONFLICT DO NOTHING
            RETURNING device_id
            """,
            {"tenant_id": tenant_id, "group_id": group_id, "wanted": wanted},
        ).fetchall()
        if added:
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="device_group.add_devices",
                subject=str(group_id),
                after={"device_ids": sorted(row["device_id"] for row in added)},
            )
    return Entry(added=len(added), known=len(wanted) - len(added))
