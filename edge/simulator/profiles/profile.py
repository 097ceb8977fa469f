"""What every profile is: a pure model of one kind of device."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from random import Random
from typing import ClassVar, Literal

type Metrics = dict[str, float | bool]


class Operator(StrEnum):
    GT = "GT"
    LT = "LT"


@dataclass(frozen=True)
class IncidentThreshold:
    """The line that a profile's incidents always cross and its normal operation never does."""

    title: str
    metric: str
    operator: Operator
    threshold: float
    severity: Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"]

    def is_crossed(self, value: float) -> bool:
        return value > self.threshold if self.operator is Operator.GT else value < self.threshold


class Profile(ABC):
    """One device's character and state. The same Random and the same readings give the same values."""

    incident_threshold: ClassVar[IncidentThreshold]

    @abstractmethod
    def __init__(self, random: Random) -> None: ...

    @abstractmethod
    def read(self, now: datetime, *, elapsed_seconds: float, incident: float) -> Metrics:
        """The values at `now`, `elapsed_seconds` after the last reading.

        `incident` is the intensity of the current incident: 0 is normal operation, from 0 to 1 the metric
        leaves its range, and at 1 it is past the threshold.
        """
