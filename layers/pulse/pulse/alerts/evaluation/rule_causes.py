"""From what a rule makes of a device to the alert that tells of it. Pure."""

from collections.abc import Mapping
from typing import Final

from pulse.alerts.alert_store import Closing, Opening
from pulse.alerts.evaluation.evaluator import Action, Decision
from pulse.alerts.rules.alert_rule import AlertRule
from pulse.alerts.rules.criteria import Anomaly, Criterion, TelemetryGap, Threshold, Window
from pulse.alerts.rules.message_template import render
from pulse.clock import format_instant
from pulse.devices.registry import RegisteredDevice
from pulse.telemetry.message import MetricValue

_ALERT_TYPE: Final[Mapping[type, str]] = {
    Threshold: "THRESHOLD",
    Anomaly: "ANOMALY",
    TelemetryGap: "NO_TELEMETRY",
    Window: "WINDOW",
}
_DIGITS: Final = 6


def rule_fingerprint(rule: AlertRule, device_id: str) -> str:
    """One live alert for a rule and device."""
    return f"RULE:{rule.rule_id}:{device_id}"


def alert_type(criterion: Criterion) -> str:
    """The type of the alerts that a criterion leads to."""
    return _ALERT_TYPE[type(criterion)]


def rule_opening(rule: AlertRule, device: RegisteredDevice, decision: Decision) -> Opening:
    """The alert of a breached rule; also for a re-trigger."""
    condition = str(rule.criterion)
    facts = {name: _rounded(number) for name, number in decision.facts.items()}
    return Opening(
        tenant_id=device.tenant_id,
        fingerprint=rule_fingerprint(rule, device.device_id),
        source="rule",
        type=alert_type(rule.criterion),
        severity=rule.severity,
        summary=_summary(rule, device, decision),
        details={
            "rule": rule.name,
            "condition": condition,
            "duration_seconds": int(rule.criterion.duration.total_seconds()),
            "values": dict(decision.values),
            "sample_time": format_instant(decision.sample_time),
            **({"facts": facts} if facts else {}),
        },
        time=decision.time,
        device_id=device.device_id,
        site_id=device.site_id,
        rule_id=rule.rule_id,
        times=decision.times if decision.action is Action.RETRIGGER else 1,
    )


def rule_closing(rule: AlertRule, device: RegisteredDevice, decision: Decision) -> Closing:
    """The end of a breach."""
    gap = isinstance(rule.criterion, TelemetryGap)
    return Closing(
        tenant_id=device.tenant_id,
        fingerprint=rule_fingerprint(rule, device.device_id),
        reason="there is telemetry again" if gap else "the condition no longer holds",
        time=decision.time,
        details={"cleared_by": {"values": dict(decision.values), "sample_time": format_instant(decision.sample_time)}},
    )


def _summary(rule: AlertRule, device: RegisteredDevice, decision: Decision) -> str:
    condition = str(rule.criterion)
    values = _listed({**decision.values, **_telling(decision.facts)})
    variables = {
        "rule": rule.name,
        "severity": rule.severity.value,
        "condition": condition,
        "device_id": device.device_id,
        "device_type": device.device_type,
        "site_id": device.site_id,
        "value": next((_written(value) for value in decision.values.values()), ""),
        "values": values,
        "time": format_instant(decision.time),
    }
    usual = "{{ rule }}: {{ values }} ({{ condition }})" if values else "{{ rule }}: {{ condition }}"
    if isinstance(rule.criterion, TelemetryGap):
        usual = "{{ rule }}: {{ condition }}"
    return render(rule.message or usual, variables)


def _telling(facts: Mapping[str, float]) -> dict[str, float]:
    """Of what was computed, what a summary has room for."""
    return {name: value for name, value in facts.items() if name not in ("samples", "mean", "standard_deviation")}


def _listed(values: Mapping[str, MetricValue]) -> str:
    return ", ".join(f"{name} = {_written(value)}" for name, value in values.items())


def _written(value: MetricValue) -> str:
    return str(_rounded(value)) if isinstance(value, float) else str(value)


def _rounded(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}") if isinstance(number, float) else number
