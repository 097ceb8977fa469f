"""A rule tried against stored telemetry: when it would have opened and closed alerts, judged by the one evaluator."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pydantic import Field

from pulse import clock
from pulse.alerts.evaluation.evaluator import Action, Decision, Sample, complete, evaluate
from pulse.alerts.evaluation.normalized_samples import load_sources, normalize_samples
from pulse.alerts.evaluation.rule_causes import rule_opening
from pulse.alerts.rules.alert_rule import AlertRule
from pulse.alerts.rules.definition import RuleDefinition
from pulse.database import Connection, tenant_session
from pulse.devices.names import names_of
from pulse.devices.registry import load_devices
from pulse.devices.scoping import find_scoped_devices, require_known
from pulse.identity.permissions import Permission
from pulse.identity.principal import Principal
from pulse.models import Model
from pulse.telemetry.samples import read_history

LONGEST: Final = timedelta(days=30)
MAX_DEVICES: Final = 1000
MAX_SAMPLES: Final = 400_000
MAX_ALERTS: Final = 1000
_BUDGET: Final = timedelta(seconds=12)
_UNSAVED: Final = UUID(int=0)


class BacktestAlert(Model):
    """An alert that would have been."""

    opened_at: datetime
    closed_at: datetime | None = Field(description="null when it would still be open at the end")
    trigger_count: int = Field(description="How often the cause would have been seen")
    summary: str = Field(description="What the alert would have said when it opened")


class BacktestDevice(Model):
    """A device that the rule would have alerted of."""

    device_id: str
    device_name: str = Field(description="Empty for a device without a name")
    alerts: list[BacktestAlert]


class Backtest(Model):
    """What a rule would have done."""

    start: datetime
    end: datetime
    condition: str = Field(description="What the rule looks for, in words")
    devices_evaluated: int
    samples_evaluated: int = Field(
        description="Samples of that time that carry what the rule looks at; without one nothing can be told"
    )
    first_sample_at: datetime | None = Field(
        description="The oldest of them; alerts a day are to be counted from then on"
    )
    metrics_unsent: list[str] = Field(description="Metrics that the rule looks at and no device has sent in that time")
    alerts: int = Field(description="Alerts that would have opened, on all devices")
    devices: list[BacktestDevice] = Field(description="Devices with at least one of them, by id")
    truncated: str | None = Field(description="Why this is not all of it; null when it is")


def backtest_rule(
    actor: Principal, definition: RuleDefinition, rule_id: UUID | None, *, start: datetime, end: datetime
) -> Backtest:
    """Try a rule on what its devices sent from `start` until `end`, at most 30 days; nothing is changed by it.

    A rule that is not saved has no `rule_id`. It stops, and says so, at 1000 devices, 400 000 samples, 1000 alerts or
    12 seconds. Raises NotPermittedError, InvalidInputError when the scope of a rule that is not saved does not exist.
    """
    tenant_id = actor.require(Permission.MANAGE_ALERT_RULES)
    rule = AlertRule(
        tenant_id, rule_id or _UNSAVED, definition.name, definition.criterion, definition.severity, definition.scope,
        definition.message,
    )  # fmt: skip
    with tenant_session(tenant_id) as connection:
        if rule_id is None:
            require_known(connection, tenant_id, definition.scope, field="rule.scope")
        return _Trial(connection, rule, start=start, end=end).run()


class _Trial:
    """A backtest under way."""

    def __init__(self, connection: Connection, rule: AlertRule, *, start: datetime, end: datetime) -> None:
        self._connection = connection
        self._rule = rule
        self._start, self._end = start, end
        self._sources = load_sources(connection, {rule.tenant_id: [rule]}).get(rule.tenant_id, [])
        self._now = clock.now()  # a gap goes on until now, and nobody knows what comes
        self._give_up_at = self._now + _BUDGET
        self._read = 0
        self._evidence = 0
        self._unsent = set(rule.criterion.metrics)
        self._first_sample_at: datetime | None = None
        self._alerts = 0

    def run(self) -> Backtest:
        device_ids = find_scoped_devices(
            self._connection, self._rule.tenant_id, self._rule.scope, limit=MAX_DEVICES + 1
        )
        truncated = f"the first {MAX_DEVICES} devices of its scope" if len(device_ids) > MAX_DEVICES else None
        found: dict[str, list[BacktestAlert]] = {}
        evaluated = 0
        for device_id in device_ids[:MAX_DEVICES]:
            if stopped := self._stopped():
                truncated = f"{evaluated} of {len(device_ids)} devices: {stopped}"
                break
            alerts = self._try(device_id)
            evaluated += 1
            self._alerts += len(alerts)
            if alerts:
                found[device_id] = alerts
        names = names_of(self._connection, [(self._rule.tenant_id, device_id) for device_id in found])
        return Backtest(
            start=self._start,
            end=self._end,
            condition=str(self._rule.criterion),
            devices_evaluated=evaluated,
            samples_evaluated=self._evidence,
            first_sample_at=self._first_sample_at,
            metrics_unsent=[metric for metric in self._rule.criterion.metrics if metric in self._unsent],
            alerts=self._alerts,
            devices=[
                BacktestDevice(
                    device_id=device_id, device_name=names.get((self._rule.tenant_id, device_id), ""), alerts=alerts
                )
                for device_id, alerts in found.items()
            ],
            truncated=truncated or self._stopped_within(),
        )

    def _stopped(self) -> str | None:
        if self._read >= MAX_SAMPLES:
            return f"{MAX_SAMPLES} samples are the most; choose a shorter time or a narrower scope"
        if self._alerts >= MAX_ALERTS:
            return f"{MAX_ALERTS} alerts are the most to list; the rule would hardly be one"
        if clock.now() >= self._give_up_at:
            return f"{_BUDGET.seconds} s were over; choose a shorter time or a narrower scope"
        return None

    def _stopped_within(self) -> str | None:
        """Why the last device was not evaluated to the end."""
        return "the last device's samples were too many" if self._read >= MAX_SAMPLES else None

    def _try(self, device_id: str) -> list[BacktestAlert]:
        key = (self._rule.tenant_id, device_id)
        stored = read_history(
            self._connection,
            key,
            start=self._start - self._rule.criterion.lookback,
            end=self._end,
            limit=MAX_SAMPLES - self._read,
        )
        self._read += len(stored)
        samples = normalize_samples(stored, self._sources)
        self._count([sample for sample in samples if sample.time >= self._start])
        return self._listed(device_id, decide(self._rule, samples, until=min(self._end, self._now)))

    def _count(self, samples: Sequence[Sample]) -> None:
        """Keep what they say of the rule's metrics; what was sent of others says nothing."""
        for sample in samples:
            if self._unsent:
                self._unsent.difference_update(sample.metrics)
            if self._rule.criterion.is_evidence(sample.metrics):
                self._evidence += 1
                self._first_sample_at = min(sample.time, self._first_sample_at or sample.time)

    def _listed(self, device_id: str, decisions: Sequence[Decision]) -> list[BacktestAlert]:
        alerts: list[BacktestAlert] = []
        if not decisions:
            return alerts
        device = load_devices(self._connection, [(self._rule.tenant_id, device_id)])[self._rule.tenant_id, device_id]
        for decision in decisions:
            match decision.action:
                case Action.OPEN:
                    summary = rule_opening(self._rule, device, decision).summary
                    alerts.append(
                        BacktestAlert(opened_at=decision.time, closed_at=None, trigger_count=1, summary=summary)
                    )
                case Action.RETRIGGER:
                    alerts[-1].trigger_count += decision.times
                case Action.CLOSE:
                    alerts[-1].closed_at = decision.time
        return [alert for alert in alerts if alert.closed_at is None or alert.closed_at > self._start]


def decide(rule: AlertRule, samples: Sequence[Sample], *, until: datetime) -> list[Decision]:
    """Everything that the rule would have decided by a time."""
    progress, decisions = evaluate(rule, None, samples)
    if progress is not None:
        _, decision = complete(progress, until)
        decisions += [decision] if decision is not None else []
    return decisions
