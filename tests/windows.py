"""A builder of maintenance windows."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pulse.alerts.maintenance.window import Selector, WindowPlan

FAR = datetime(2099, 1, 1, 22, 0, tzinfo=UTC)


def make_plan(**changes: Any) -> WindowPlan:
    """A window of six hours for all devices, once, some day."""
    plan = WindowPlan(
        name="Defrosting",
        description="",
        starts_at=FAR,
        ends_at=FAR + timedelta(hours=6),
        timezone="UTC",
        recurrence=None,
        selector=Selector(),
    )
    return plan._replace(**changes)
