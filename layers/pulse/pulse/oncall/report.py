"""What a schedule lacks and how fair it is: gaps, and hours per person. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import Field

from pulse.models import Model
from pulse.oncall.schedule import Responder
from pulse.oncall.timeline import Interval

_HOUR = timedelta(hours=1)


class Gap(Model):
    """Nobody is on call in [start, end)."""

    start: datetime
    end: datetime
    hours: float


class Load(Model):
    """How much somebody is on call."""

    name: str
    email: str
    hours: float
    share: float = Field(description="Of all hours of all people, from 0 to 1")


class CoverageReport(Model):
    """Where nobody is on call, and how the work is spread."""

    start: datetime
    end: datetime
    gaps: list[Gap]
    gap_hours: float
    people: list[Load] = Field(description="Whoever is on call most comes first")


def report_coverage(intervals: Sequence[Interval], start: datetime, end: datetime) -> CoverageReport:
    """Gaps and loads of a timeline of [start, end)."""
    gaps = [interval for interval in intervals if not interval.on_call]
    durations: dict[str, timedelta] = defaultdict(timedelta)
    people: dict[str, Responder] = {}
    for interval in intervals:
        for assignment in interval.on_call:
            durations[assignment.responder.email] += interval.end - interval.start
            people[assignment.responder.email] = assignment.responder
    total = sum(durations.values(), timedelta())
    loads = [
        Load(name=people[email].name, email=email, hours=_hours(duration), share=round(duration / total, 4))
        for email, duration in durations.items()
    ]
    return CoverageReport(
        start=start,
        end=end,
        gaps=[Gap(start=gap.start, end=gap.end, hours=_hours(gap.end - gap.start)) for gap in gaps],
        gap_hours=_hours(sum((gap.end - gap.start for gap in gaps), timedelta())),
        people=sorted(loads, key=lambda load: (-load.hours, load.email)),
    )


def _hours(duration: timedelta) -> float:
    return round(duration / _HOUR, 2)
