"""Alerts to those who look after the installation: one for each component that is unwell (docs/decisions/0030)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from pulse.alerts.alert_store import Closing, Opening
from pulse.alerts.severity import Severity
from pulse.operations.component import ComponentHealth, HealthLevel
from pulse.tenants.status import PLATFORM

_SEVERITY: Final = {HealthLevel.DEGRADED: Severity.HIGH, HealthLevel.DOWN: Severity.CRITICAL}


class HealthChanges(NamedTuple):
    """What there is to open or count up, and what to close."""

    openings: list[Opening]
    closings: list[Closing]


def changes_of_health(
    before: Sequence[ComponentHealth], latest: Sequence[ComponentHealth], now: datetime
) -> HealthChanges:
    """Who is unwell twice in a row is told of, and who is well again no more. What is not known changes nothing. Pure.

    One bad minute calls nobody.
    """
    was = {component.component: component.health for component in before}
    openings = [
        _opening(component, now)
        for component in latest
        if component.health in _SEVERITY and was.get(component.component) in _SEVERITY
    ]
    closings = [
        Closing(PLATFORM, _fingerprint(component), f"{component.title} is well again", now, {})
        for component in latest
        if component.health is HealthLevel.HEALTHY
    ]
    return HealthChanges(openings, closings)


def _opening(component: ComponentHealth, now: datetime) -> Opening:
    return Opening(
        tenant_id=PLATFORM,
        fingerprint=_fingerprint(component),
        source="platform",
        type="SYSTEM_HEALTH",
        severity=_SEVERITY[component.health],
        summary=f"{component.title} is {component.health.value.lower()}: {component.reasons[0]}",
        details={
            "component": component.component.value,
            "health": component.health.value,
            "reasons": component.reasons,
        },
        time=now,
    )


def _fingerprint(component: ComponentHealth) -> str:
    return f"SYSTEM_HEALTH:{component.component.value}"
