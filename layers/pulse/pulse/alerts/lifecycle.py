"""The life of an alert: opened, re-triggered, closed, each change with its timeline entry and its event.

Every writer (stream, sweep, people) goes through the same partial unique index: a cause has at most one live alert.
A re-trigger counts up, may raise the severity, and never turns ACKNOWLEDGED back into OPEN.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pulse.alerts.alert_store import (
    AlertKey,
    Closing,
    Opening,
    await_calm,
    end_alerts,
    lock_live_alerts,
    open_or_retrigger,
)
from pulse.alerts.maintenance.holding import hold_covered, take_back
from pulse.alerts.noise.excess import hold_excess
from pulse.alerts.noise.settling import settle_new
from pulse.alerts.rules.store import find_policies_of_rules
from pulse.alerts.telling import AlertRow, tell
from pulse.database import Connection
from pulse.escalation.beginning import begin_escalations

__all__ = ["Closing", "Opening", "close_alerts", "open_alerts"]


def open_alerts(connection: Connection, openings: Sequence[Opening]) -> int:
    """Open or re-trigger; fingerprints must differ within one call. Return how many alerts are new.

    What a maintenance window covers is held until it ends, and what is beyond the tenant's limit until there is room.
    """
    if not openings:
        return 0
    openings = hold_covered(connection, openings)
    if not openings:
        return 0
    openings = hold_excess(connection, openings)
    take_back(connection, [opening.key for opening in openings])
    alerts = open_or_retrigger(connection, openings)
    new = [alert for alert in alerts if alert["last_retrigger"] is None]
    raised = [alert for alert in alerts if alert["last_retrigger"] == "RAISED"]
    repeated = [alert for alert in alerts if alert["last_retrigger"] == "TOLD"]
    _begin_escalations(connection, new)
    new = settle_new(connection, new)
    tell(connection, new, "opened", time_column="opened_at", describe=_cause)
    tell(connection, raised, "severity_changed", time_column="last_triggered_at", describe=_cause)
    tell(connection, repeated, "retriggered", time_column="last_triggered_at", describe=_repetition)
    return len(new)


def close_alerts(connection: Connection, closings: Sequence[Closing]) -> int:
    """Close the live alerts of causes that ended; return how many there were. Those that flap wait for the calm."""
    if not closings:
        return 0
    # Before the live ones are read: what the sweep lets go at this moment is waited for, and is live then.
    take_back(connection, [closing.key for closing in closings])
    live = lock_live_alerts(connection, (closing.key for closing in closings))
    seen = [closing for closing in closings if closing.key in live]
    await_calm(connection, [closing for closing in seen if _waits_for_calm(closing, live)])
    ends = {closing.key: closing for closing in seen if not _waits_for_calm(closing, live)}
    closed = end_alerts(connection, list(ends.values()))

    def end(alert: AlertRow) -> dict[str, Any]:
        closing = ends[alert["tenant_id"], alert["fingerprint"]]
        return {"reason": closing.reason, **closing.details}

    tell(connection, closed, "closed", time_column="closed_at", describe=end)
    return len(closed)


def _begin_escalations(connection: Connection, new: Sequence[AlertRow]) -> None:
    """By the policy that the alert's rule has for its own, or the tenant's default one."""
    rule_ids = {alert["rule_id"] for alert in new if alert["rule_id"] is not None}
    own = find_policies_of_rules(connection, list(rule_ids)) if rule_ids else {}
    begin_escalations(connection, new, {alert["alert_id"]: own.get(alert["rule_id"]) for alert in new})


def _waits_for_calm(closing: Closing, live: Mapping[AlertKey, AlertRow]) -> bool:
    return not closing.final and live[closing.key]["flapping_since"] is not None


def _cause(alert: AlertRow) -> dict[str, Any]:
    return {"severity": alert["severity"], "summary": alert["summary"], **alert["details"]}


def _repetition(alert: AlertRow) -> dict[str, Any]:
    return {"trigger_count": alert["trigger_count"], **_cause(alert)}
