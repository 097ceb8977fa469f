"""Which devices are meant: what lists are narrowed by, and what makes a dynamic group."""

from collections.abc import Mapping
from typing import Annotated, LiteralString, NamedTuple

from psycopg import sql
from pydantic import Field, StringConstraints

from pulse.devices.fields import DeviceId, DeviceTypeName, SiteId, Tag, TagValue
from pulse.devices.queries import Lifecycle
from pulse.devices.state import DeviceStatus
from pulse.models import Input
from pulse.texts import TEXT

_Text = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True, pattern=TEXT)]


class DeviceFilter(Input):
    """What narrows a set of devices; what is left out does not.

    Of several sites, types or statuses a device has one; of several tags it has all. Without a lifecycle, those that
    are decommissioned are left out, and of a status are those in service alone: the others keep the one that they had.
    """

    q: _Text | None = Field(
        None, description="Part of an id, name, site id, model, maker, serial number, MAC, IMEI or ICCID"
    )
    statuses: list[DeviceStatus] = Field([], max_length=4)
    site_ids: list[SiteId] = Field([], max_length=200)
    device_types: list[DeviceTypeName] = Field([], max_length=200)
    tags: dict[Tag, TagValue | None] = Field({}, max_length=20, description="Null: whatever the value")
    parent_device_id: DeviceId | None = None
    lifecycle: Lifecycle | None = None


class Condition(NamedTuple):
    """A part of a WHERE clause about `devices` and `device_state`, with its parameters."""

    clause: sql.Composable
    parameters: dict[str, object]
    asks_state: bool = False


def conditions_of(wanted: DeviceFilter, *, prefix: str = "") -> list[Condition]:
    """What a filter asks of a device. `prefix` keeps the parameters of two filters apart.

    Only what is asked for is written, so that the planner sees which index serves.
    """
    found: list[Condition] = []

    def add(clause: LiteralString, name: str, value: object, *, asks_state: bool = False) -> None:
        name = f"{prefix}{name}"
        found.append(Condition(sql.SQL(clause).format(value=sql.Placeholder(name)), {name: value}, asks_state))

    if wanted.lifecycle is None and wanted.statuses:
        found.append(Condition(sql.SQL("devices.lifecycle = 'ACTIVE'"), {}))
    elif wanted.lifecycle is None:
        found.append(Condition(sql.SQL("devices.lifecycle <> 'DECOMMISSIONED'"), {}))
    else:
        add("devices.lifecycle = {value}", "lifecycle", wanted.lifecycle.value)
    if wanted.q is not None:
        add("strpos(devices.search_text, lower({value})) > 0", "q", wanted.q)
    if wanted.statuses:
        statuses = [status.value for status in wanted.statuses]
        add("device_state.status = ANY({value})", "statuses", statuses, asks_state=True)
        if DeviceStatus.ONLINE not in wanted.statuses:
            # For the planner, which does not see that the list has none: it opens the index of those that are not.
            found.append(Condition(sql.SQL("device_state.status <> 'ONLINE'"), {}, asks_state=True))
    if wanted.site_ids:
        add("devices.site_id = ANY({value})", "site_ids", wanted.site_ids)
    if wanted.device_types:
        add("devices.device_type = ANY({value})", "device_types", wanted.device_types)
    if wanted.parent_device_id is not None:
        add("devices.parent_device_id = {value}", "parent_device_id", wanted.parent_device_id)
    return [*found, *tag_conditions(wanted.tags, prefix=prefix)]


def tag_conditions(tags: Mapping[str, str | None], *, prefix: str = "") -> list[Condition]:
    """What it takes to have all of some tags; None: whatever the value."""
    return [_tagged(tag, value, f"{prefix}tag_{number}") for number, (tag, value) in enumerate(tags.items())]


def _tagged(tag: str, value: str | None, name: str) -> Condition:
    return Condition(
        sql.SQL("""
            EXISTS (
                SELECT FROM device_tags
                WHERE device_tags.tenant_id = devices.tenant_id
                  AND device_tags.device_id = devices.device_id
                  AND device_tags.tag = {tag}
                  {of_value}
            )
        """).format(
            tag=sql.Placeholder(name),
            of_value=sql.SQL("" if value is None else "AND device_tags.value = {}").format(
                sql.Placeholder(f"{name}_value")
            ),
        ),
        {name: tag, f"{name}_value": value},
    )
