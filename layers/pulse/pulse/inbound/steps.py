"""What a reading's events do to alerts, in as few steps as their order allows. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from pulse.inbound.reading import Clear, Raise


class Repeated(NamedTuple):
    """A raise that came so many times within a step; the newest counts, with the gravest severity of all."""

    newest: Raise
    times: int


class Step(NamedTuple):
    """Causes that are raised, and then causes that are cleared; each at most once."""

    raises: dict[str, Repeated]
    clears: dict[str, Clear]


def plan_steps(events: Iterable[Raise | Clear]) -> list[Step]:
    """The steps that end like the events one by one: a cause that is raised after it was cleared takes another step."""
    steps: list[Step] = []
    for event in events:
        if not steps or (isinstance(event, Raise) and event.fingerprint in steps[-1].clears):
            steps.append(Step({}, {}))
        step = steps[-1]
        if isinstance(event, Clear):
            step.clears.setdefault(event.fingerprint, event)
        else:
            before = step.raises.get(event.fingerprint)
            step.raises[event.fingerprint] = Repeated(event, 1) if before is None else _again(before, event)
    return steps


def _again(before: Repeated, event: Raise) -> Repeated:
    gravest = max(before.newest.severity, event.severity, key=lambda severity: severity.rank)
    return Repeated(event._replace(severity=gravest), before.times + 1)
