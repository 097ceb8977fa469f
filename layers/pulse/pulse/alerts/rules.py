"""Alert rules as values. Pure."""

from collections.abc import Callable
from enum import StrEnum
from operator import ge, gt, le, lt
from typing import NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from pulse.alerts.severity import Severity
from pulse.devices.registry import RegisteredDevice
from pulse.telemetry.message import MAX_METRIC_NAME_LENGTH, MetricValue


class Operator(StrEnum):
    """How a value is compared with the threshold; GT and LT are strict."""

    GT = "GT"
    GTE = "GTE"
    LT = "LT"
    LTE = "LTE"


_COMPARE: dict[Operator, Callable[[float, float], bool]] = {
    Operator.GT: gt,
    Operator.GTE: ge,
    Operator.LT: lt,
    Operator.LTE: le,
}


class Match(StrEnum):
    """Whether all of a rule's conditions must hold, or any."""

    ALL = "ALL"
    ANY = "ANY"


class Condition(BaseModel):
    """A comparison of one metric. Past `threshold` it starts to hold, and holds until past `clear_threshold`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str = Field(min_length=1, max_length=MAX_METRIC_NAME_LENGTH)
    operator: Operator
    threshold: FiniteFloat
    clear_threshold: FiniteFloat | None = None

    def holds(self, value: MetricValue, *, alerting: bool) -> bool:
        """Whether the value breaches; while alerting, against the clear threshold if there is one."""
        limit = self.clear_threshold if alerting and self.clear_threshold is not None else self.threshold
        return _COMPARE[self.operator](value, limit)

    def __str__(self) -> str:
        """As people write it: `temp_c > 8`."""
        sign = {"GT": ">", "GTE": "≥", "LT": "<", "LTE": "≤"}[self.operator]
        return f"{self.metric} {sign} {self.threshold:g}"


class Scope(BaseModel):
    """Which devices a rule is for: each list narrows, an empty one does not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    site_ids: tuple[str, ...] = ()
    device_types: tuple[str, ...] = ()
    device_ids: tuple[str, ...] = ()

    def includes(self, device: RegisteredDevice) -> bool:
        """Whether the device is in the scope."""
        return (
            (not self.site_ids or device.site_id in self.site_ids)
            and (not self.device_types or device.device_type in self.device_types)
            and (not self.device_ids or device.device_id in self.device_ids)
        )


class AlertRule(NamedTuple):
    """An enabled threshold rule."""

    tenant_id: str
    rule_id: UUID
    name: str
    conditions: tuple[Condition, ...]
    match: Match
    duration_seconds: int
    severity: Severity
    scope: Scope
