"""Which devices somebody means: a rule's scope, a maintenance window's selector. Pure."""

from collections.abc import Collection, Mapping
from typing import Annotated, Protocol
from uuid import UUID

from pydantic import Field, StringConstraints

from pulse.models import Input
from pulse.texts import TEXT

_Id = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=TEXT)]
_TagValue = Annotated[str, StringConstraints(max_length=200, pattern=TEXT)]


class Selectable(Protocol):
    """What a device is chosen by, besides its groups."""

    @property
    def device_id(self) -> str: ...
    @property
    def site_id(self) -> str: ...
    @property
    def device_type(self) -> str: ...
    @property
    def tags(self) -> Mapping[str, str]: ...


class DeviceSelector(Input):
    """What is given narrows, what is empty does not; empty as a whole it means every device."""

    site_ids: tuple[_Id, ...] = Field((), max_length=200, description="At one of these sites")
    device_types: tuple[_Id, ...] = Field((), max_length=200, description="Of one of these types")
    tags: dict[_Id, _TagValue] = Field(
        {}, max_length=20, description="With every one of these tags; a plain tag has an empty value"
    )
    device_ids: tuple[_Id, ...] = Field((), max_length=1000, description="One of these devices")
    group_ids: tuple[UUID, ...] = Field(
        (), max_length=50, description="In one of these groups, static or dynamic, at the moment of asking"
    )

    @property
    def is_empty(self) -> bool:
        """Whether every device is meant, and what belongs to no device as well."""
        return not (self.site_ids or self.device_types or self.tags or self.device_ids or self.group_ids)

    @property
    def asks_traits(self) -> bool:
        """Whether it asks where a device is, what it is or which tags it has: what changes while it keeps its id."""
        return bool(self.site_ids or self.device_types or self.tags)

    def includes(self, device: Selectable, groups: Collection[UUID]) -> bool:
        """Whether the device is meant. `groups` are those of the selector's groups that it is in at this moment."""
        return (
            (not self.site_ids or device.site_id in self.site_ids)
            and (not self.device_types or device.device_type in self.device_types)
            and (not self.device_ids or device.device_id in self.device_ids)
            and (not self.group_ids or any(group_id in groups for group_id in self.group_ids))
            and (not self.tags or self.tags.items() <= device.tags.items())
        )
