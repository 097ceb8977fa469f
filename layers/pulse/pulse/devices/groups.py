"""Device groups: static ones that devices are entered into, and dynamic ones that a filter makes."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb
from pydantic import Field

from pulse import clock
from pulse.alerts.evaluation.leaving import close_left_scopes
from pulse.database import Connection, tenant_session
from pulse.database.names import unique_name
from pulse.devices.device_filter import DeviceFilter
from pulse.devices.group_conditions import group_conditions
from pulse.devices.queries import require_device
from pulse.devices.scoping import find_unknown
from pulse.devices.search import matching
from pulse.errors import ConflictError, FieldError, InvalidInputError, NotFoundError
from pulse.events.outbox import publish_after_commit
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import record_change
from pulse.versions import Versioned, require_match


class GroupKind(StrEnum):
    """STATIC: whoever is entered; DYNAMIC: whoever the filter fits at the moment."""

    STATIC = "STATIC"
    DYNAMIC = "DYNAMIC"


class DeviceGroup(Versioned):
    """Devices that are handled together."""

    group_id: UUID
    name: str
    description: str
    kind: GroupKind
    filter: DeviceFilter | None = Field(description="Whom a dynamic group takes in; null of a static one")
    created_at: datetime
    updated_at: datetime


class GroupPosition(NamedTuple):
    """A place in the list of groups, which is in the order of names."""

    name: str


class GroupList(NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list is."""

    groups: list[DeviceGroup]
    next_position: GroupPosition | None
    total: int


_GROUPS: Final = sql.SQL("""
    SELECT group_id, name, description, kind, filter, version, created_at, updated_at
    FROM device_groups
    WHERE tenant_id = %(tenant_id)s
""")


def list_groups(tenant_id: str, *, limit: int, after: GroupPosition | None) -> GroupList:
    """A page of the tenant's groups, following `after`."""
    with tenant_session(tenant_id) as connection:
        rows = connection.execute(
            sql.SQL("""
                {groups} AND (%(after)s::text IS NULL OR name > %(after)s) ORDER BY name LIMIT %(limit)s
            """).format(groups=_GROUPS),
            {"tenant_id": tenant_id, "after": after.name if after else None, "limit": limit + 1},
        ).fetchall()
        count = connection.execute(
            "SELECT count(*) AS total FROM device_groups WHERE tenant_id = %(tenant_id)s", {"tenant_id": tenant_id}
        ).fetchone()
    assert count is not None
    groups = [DeviceGroup.model_validate(row) for row in rows[:limit]]
    return GroupList(groups, GroupPosition(groups[-1].name) if len(rows) > limit else None, count["total"])


def get_group(tenant_id: str, group_id: UUID) -> DeviceGroup:
    """One group. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return get_group_in(connection, tenant_id, group_id)


def get_group_in(connection: Connection, tenant_id: str, group_id: UUID) -> DeviceGroup:
    """One group, as it is within the caller's transaction. Raises NotFoundError."""
    return _read(connection, tenant_id, group_id)


def member_ids(connection: Connection, tenant_id: str, group_id: UUID, *, in_service: bool = False) -> list[str]:
    """The devices of a group, in the order of their ids; decommissioned ones are in none. Raises NotFoundError.

    `in_service` leaves out those that are suspended as well.
    """
    _read(connection, tenant_id, group_id)
    conditions = group_conditions(connection, tenant_id, group_id)
    lifecycles = ["ACTIVE"] if in_service else ["ACTIVE", "SUSPENDED"]
    parameters: dict[str, Any] = {"tenant_id": tenant_id, "lifecycles": lifecycles}
    for condition in conditions:
        parameters |= condition.parameters
    rows = connection.execute(
        sql.SQL("""
            SELECT devices.device_id {matching} AND devices.lifecycle = ANY(%(lifecycles)s) ORDER BY devices.device_id
        """).format(matching=matching(conditions)),
        parameters,
    )
    return [row["device_id"] for row in rows]


def create_group(
    actor: Principal, *, name: str, description: str, wanted: DeviceFilter | None, origin: Origin
) -> DeviceGroup:
    """Make a group: dynamic with a filter, static without.

    Raises NotPermittedError, InvalidInputError naming what the filter names and does not exist, ConflictError for a
    known name.
    """
    tenant_id = actor.require(Permission.MANAGE_DEVICES)
    with unique_name("a device group", name), tenant_session(tenant_id) as connection:
        _require_known(connection, tenant_id, wanted)
        row = connection.execute(
            """
            INSERT INTO device_groups (tenant_id, name, description, kind, filter)
            VALUES (%(tenant_id)s, %(name)s, %(description)s, %(kind)s, %(filter)s)
            RETURNING group_id
            """,
            {
                "tenant_id": tenant_id,
                "name": name,
                "description": description,
                "kind": GroupKind.DYNAMIC if wanted else GroupKind.STATIC,
                "filter": _stored(wanted),
            },
        ).fetchone()
        assert row is not None
        group = _read(connection, tenant_id, row["group_id"])
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="device_group.create",
            subject=str(group.group_id),
            after=_shown(group),
        )
    return group


def change_group(
    actor: Principal, group_id: UUID, changes: Mapping[str, Any], *, if_match: int | None, origin: Origin
) -> DeviceGroup:
    """Change the given of name, description and filter; a group stays of its kind.

    Raises NotPermittedError, NotFoundError, StaleVersionError, InvalidInputError, ConflictError for a known name.
    """
    tenant_id = actor.require(Permission.MANAGE_DEVICES)
    with unique_name("a device group", str(changes.get("name"))), tenant_session(tenant_id) as connection:
        before = _read(connection, tenant_id, group_id, lock=True)
        require_match(if_match, before.version)
        after = before.model_copy(update=dict(changes))
        if (after.filter is None) != (before.kind is GroupKind.STATIC):
            reason = "belongs to a dynamic group, and to no other"
            raise InvalidInputError(f"filter {reason}", errors=(FieldError("filter", reason),))
        if after.filter != before.filter:
            _require_known(connection, tenant_id, after.filter)
        if _shown(after) == _shown(before):
            return before
        connection.execute(
            """
            UPDATE device_groups
            SET name = %(name)s, description = %(description)s, filter = %(filter)s, updated_at = now(),
                version = version + 1
            WHERE tenant_id = %(tenant_id)s AND group_id = %(group_id)s
            """,
            {
                "tenant_id": tenant_id,
                "group_id": group_id,
                "name": after.name,
                "description": after.description,
                "filter": _stored(after.filter),
            },
        )
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="device_group.change",
            subject=str(group_id),
            before=_shown(before),
            after=_shown(after),
        )
        return _read(connection, tenant_id, group_id)


def _require_known(connection: Connection, tenant_id: str, wanted: DeviceFilter | None) -> None:
    """Raise InvalidInputError naming sites and types of a filter that the tenant does not have."""
    if wanted is None:
        return
    named = {"site_ids": wanted.site_ids, "device_types": wanted.device_types}
    unknown = {field: find_unknown(connection, tenant_id, field=field, names=names) for field, names in named.items()}
    errors = [
        FieldError(f"filter.{field}", f"there is no {', '.join(names)}") for field, names in unknown.items() if names
    ]
    if errors:
        raise InvalidInputError.of(errors)


def delete_group(actor: Principal, group_id: UUID, *, if_match: int | None, origin: Origin) -> None:
    """Take a group away; its devices stay. Alerts of rules for it close within a minute.

    Raises NotPermittedError, NotFoundError, StaleVersionError.
    """
    tenant_id = actor.require(Permission.MANAGE_DEVICES)
    with tenant_session(tenant_id) as connection:
        before = _read(connection, tenant_id, group_id, lock=True)
        require_match(if_match, before.version)
        connection.execute(
            "DELETE FROM device_groups WHERE tenant_id = %(tenant_id)s AND group_id = %(group_id)s",
            {"tenant_id": tenant_id, "group_id": group_id},
        )
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="device_group.delete",
            subject=str(group_id),
            before=_shown(before),
        )


def add_member(actor: Principal, group_id: UUID, device_id: str, *, origin: Origin) -> DeviceGroup:
    """Enter a device into a static group; one that is in it stays.

    Raises NotPermittedError, NotFoundError, ConflictError for a dynamic group.
    """
    tenant_id = actor.require(Permission.MANAGE_DEVICES)
    with tenant_session(tenant_id) as connection:
        group = lock_static_group(connection, tenant_id, group_id)
        require_device(connection, tenant_id, device_id)
        added = connection.execute(
            """
            INSERT INTO device_group_members (tenant_id, group_id, device_id)
            VALUES (%(tenant_id)s, %(group_id)s, %(device_id)s)
            ON CONFLICT DO NOTHING
            """,
            {"tenant_id": tenant_id, "group_id": group_id, "device_id": device_id},
        )
        if added.rowcount:
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="device_group.add_device",
                subject=str(group_id),
                after={"device_id": device_id},
            )
    return group


def remove_member(actor: Principal, group_id: UUID, device_id: str, *, origin: Origin) -> None:
    """Take a device out of a static group; alerts of rules that are no longer for it close.

    Raises NotPermittedError, NotFoundError, also when it is not in it, ConflictError for a dynamic group.
    """
    tenant_id = actor.require(Permission.MANAGE_DEVICES)
    with tenant_session(tenant_id) as connection:
        lock_static_group(connection, tenant_id, group_id)
        removed = connection.execute(
            """
            DELETE FROM device_group_members
            WHERE tenant_id = %(tenant_id)s AND group_id = %(group_id)s AND device_id = %(device_id)s
            """,
            {"tenant_id": tenant_id, "group_id": group_id, "device_id": device_id},
        )
        if removed.rowcount == 0:
            message = f"device {device_id} is not in the group"
            raise NotFoundError(message)
        close_left_scopes(connection, [(tenant_id, device_id)], clock.now())
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="device_group.remove_device",
            subject=str(group_id),
            before={"device_id": device_id},
        )
    publish_after_commit()


def _read(connection: Connection, tenant_id: str, group_id: UUID, *, lock: bool = False) -> DeviceGroup:
    row = connection.execute(
        sql.SQL("{groups} AND group_id = %(group_id)s {lock}").format(
            groups=_GROUPS, lock=sql.SQL("FOR UPDATE" if lock else "")
        ),
        {"tenant_id": tenant_id, "group_id": group_id},
    ).fetchone()
    if row is None:
        message = f"there is no device group {group_id}"
        raise NotFoundError(message)
    return DeviceGroup.model_validate(row)


def lock_static_group(connection: Connection, tenant_id: str, group_id: UUID) -> DeviceGroup:
    """Hold a group that devices are entered into. Raises NotFoundError, ConflictError for a dynamic one."""
    group = _read(connection, tenant_id, group_id, lock=True)
    if group.kind is not GroupKind.STATIC:
        message = "the group is dynamic: its filter says who is in it"
        raise ConflictError(message)
    return group


def _stored(wanted: DeviceFilter | None) -> Jsonb | None:
    return None if wanted is None else Jsonb(wanted.model_dump(mode="json", exclude_defaults=True))


def _shown(group: DeviceGroup) -> dict[str, Any]:
    return group.model_dump(mode="json", include={"name", "description", "kind", "filter"})


def _name_taken(name: str) -> ConflictError:
    return ConflictError(f"there is a device group {name} already; choose another name")
