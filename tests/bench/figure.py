"""A figure: what was measured, and how it stands to its yardstick."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True, slots=True)
class Figure:
    """Of rates (`/s`) more is better, of everything else less.

    `yardstick`, in the same unit, is a target or what can't be done without: `against` says it.
    """

    name: str
    value: float
    unit: str
    yardstick: float
    against: str

    @property
    def ratio(self) -> float:
        """The value in yardsticks."""
        return self.value / self.yardstick

    def as_line(self) -> str:
        """For people."""
        value = f"{self.value:,.2f}" if self.value < 10 else f"{self.value:,.0f}"
        return f"{self.name:<66} {value:>8} {self.unit:<4} {self.ratio:6.2f} x {self.against}"

    def as_json(self) -> str:
        """For programs."""
        return json.dumps(
            {
                "name": self.name,
                "value": round(self.value, 4),
                "unit": self.unit,
                "yardstick": round(self.yardstick, 4),
                "ratio": round(self.ratio, 4),
                "against": self.against,
            }
        )


class UnavailableError(RuntimeError):
    """What is to be measured is not there; the message says how to have it."""


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many percent of the values do not exceed."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]
