"""What it takes to be in a group, for lists that are narrowed by one."""

from uuid import UUID

from psycopg import sql

from pulse.database import Connection
from pulse.devices.device_filter import Condition, DeviceFilter, conditions_of

_MEMBER = sql.SQL("""
    EXISTS (
        SELECT FROM device_group_members
        WHERE device_group_members.tenant_id = devices.tenant_id
          AND device_group_members.group_id = %(group_id)s
          AND device_group_members.device_id = devices.device_id
    )
""")


def group_conditions(connection: Connection, tenant_id: str, group_id: UUID) -> list[Condition]:
    """The group's own filter, or membership; nobody is in a group that does not exist."""
    row = connection.execute(
        "SELECT filter FROM device_groups WHERE tenant_id = %(tenant_id)s AND group_id = %(group_id)s",
        {"tenant_id": tenant_id, "group_id": group_id},
    ).fetchone()
    if row is not None and row["filter"] is not None:
        return conditions_of(DeviceFilter.model_validate(row["filter"]), prefix="group_")
    return [Condition(_MEMBER, {"group_id": group_id})]
