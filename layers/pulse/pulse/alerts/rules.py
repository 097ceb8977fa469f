"""Alert rules as values. Pure."""

from typing import Annotated, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pulse.alerts.criteria import Criterion
from pulse.alerts.severity import Severity
from pulse.devices.registry import RegisteredDevice
from pulse.devices.scoping import ScopeFilter

_Id = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
_TagValue = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]


class Scope(BaseModel):
    """Which devices a rule is for: what is given narrows, what is empty does not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    site_ids: tuple[_Id, ...] = Field((), max_length=200, description="At one of these sites")
    device_types: tuple[_Id, ...] = Field((), max_length=200, description="Of one of these types")
    tags: dict[_Id, _TagValue] = Field(
        {}, max_length=20, description="With every one of these tags; a plain tag has an empty value"
    )
    device_ids: tuple[_Id, ...] = Field((), max_length=1000, description="One of these devices")

    def includes(self, device: RegisteredDevice) -> bool:
        """Whether the device is in the scope."""
        return (
            (not self.site_ids or device.site_id in self.site_ids)
            and (not self.device_types or device.device_type in self.device_types)
            and (not self.device_ids or device.device_id in self.device_ids)
            and self.tags.items() <= device.tags.items()
        )

    @property
    def as_filter(self) -> ScopeFilter:
        """The same for the registry's queries."""
        return ScopeFilter(self.site_ids, self.device_types, self.tags, self.device_ids)


class AlertRule(NamedTuple):
    """A rule as it is evaluated. `message` is the template of its alerts' summaries; empty for the usual one."""

    tenant_id: str
    rule_id: UUID
    name: str
    criterion: Criterion
    severity: Severity
    scope: Scope
    message: str = ""
