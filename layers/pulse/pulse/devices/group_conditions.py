"""What it takes to be in a group, and which devices are in which groups at this moment."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from psycopg import sql

from pulse.database import Connection
from pulse.devices.device_filter import Condition, DeviceFilter, conditions_of
from pulse.devices.registry import DeviceKey

type Memberships = Mapping[DeviceKey, frozenset[UUID]]
"""The groups of each device, among those that were asked about; a device that is in none may be missing."""

_MEMBER: Final = sql.SQL("""
    EXISTS (
        SELECT FROM device_group_members
        WHERE device_group_members.tenant_id = devices.tenant_id
          AND device_group_members.group_id = {group_id}
          AND device_group_members.device_id = devices.device_id
    )
""")


def group_conditions(connection: Connection, tenant_id: str, group_id: UUID) -> list[Condition]:
    """The group's own filter, or membership; nobody is in a group that does not exist."""
    return _conditions_of_groups(connection, tenant_id, [group_id])[group_id]


def has_group(connection: Connection, tenant_id: str, group_id: UUID) -> bool:
    """Whether the tenant has such a group."""
    row = connection.execute(
        "SELECT FROM device_groups WHERE tenant_id = %(tenant_id)s AND group_id = %(group_id)s",
        {"tenant_id": tenant_id, "group_id": group_id},
    ).fetchone()
    return row is not None


def in_any_group(connection: Connection, tenant_id: str, group_ids: Collection[UUID]) -> Condition:
    """What it takes to be in at least one of some groups; it may ask about `device_state`."""
    groups = _conditions_of_groups(connection, tenant_id, group_ids)
    parameters: dict[str, object] = {}
    for conditions in groups.values():
        for condition in conditions:
            parameters |= condition.parameters
    ways = [sql.SQL("({})").format(_all_of(conditions)) for conditions in groups.values()]
    return Condition(sql.SQL("({})").format(sql.SQL(" OR ").join(ways)), parameters, asks_state=True)


def load_memberships(
    connection: Connection, keys: Iterable[DeviceKey], group_ids: Mapping[str, Collection[UUID]]
) -> Memberships:
    """Which of each tenant's given groups each of the devices is in; one query for a tenant that has some."""
    wanted: dict[str, set[str]] = {}
    for tenant_id, device_id in keys:
        if group_ids.get(tenant_id):
            wanted.setdefault(tenant_id, set()).add(device_id)
    memberships: dict[DeviceKey, frozenset[UUID]] = {}
    for tenant_id, device_ids in sorted(wanted.items()):
        groups = _conditions_of_groups(connection, tenant_id, group_ids[tenant_id])
        parameters: dict[str, Any] = {"tenant_id": tenant_id, "device_ids": sorted(device_ids)}
        members: list[sql.Composable] = []
        for number, (group_id, conditions) in enumerate(groups.items()):
            parameters[f"of_group_{number}"] = group_id
            for condition in conditions:
                parameters |= condition.parameters
            members.append(
                sql.SQL("""
                    SELECT devices.device_id, {group_id}::uuid AS group_id
                    FROM devices JOIN device_state USING (tenant_id, device_id)
                    WHERE devices.tenant_id = %(tenant_id)s
                      AND devices.device_id = ANY(%(device_ids)s)
                      AND {conditions}
                """).format(group_id=sql.Placeholder(f"of_group_{number}"), conditions=_all_of(conditions))
            )
        for row in connection.execute(sql.SQL(" UNION ALL ").join(members), parameters):
            key = (tenant_id, row["device_id"])
            memberships[key] = memberships.get(key, frozenset()) | {row["group_id"]}
    return memberships


def _conditions_of_groups(
    connection: Connection, tenant_id: str, group_ids: Collection[UUID]
) -> dict[UUID, list[Condition]]:
    """What each group asks; the parameters of no two are the same."""
    filters = {
        row["group_id"]: row["filter"]
        for row in connection.execute(
            """
            SELECT group_id, filter FROM device_groups
            WHERE tenant_id = %(tenant_id)s AND group_id = ANY(%(group_ids)s)
            """,
            {"tenant_id": tenant_id, "group_ids": list(group_ids)},
        )
    }
    conditions: dict[UUID, list[Condition]] = {}
    for number, group_id in enumerate(sorted(set(group_ids))):
        prefix = f"group_{number}_"
        if filters.get(group_id) is not None:
            conditions[group_id] = conditions_of(DeviceFilter.model_validate(filters[group_id]), prefix=prefix)
        else:
            name = f"{prefix}id"
            conditions[group_id] = [Condition(_MEMBER.format(group_id=sql.Placeholder(name)), {name: group_id})]
    return conditions


def _all_of(conditions: Iterable[Condition]) -> sql.Composed:
    return sql.SQL(" AND ").join(condition.clause for condition in conditions)
