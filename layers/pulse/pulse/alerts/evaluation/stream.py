"""Evaluation in the stream: what a committed batch means for rules and for alerts that are open.

The devices' state rows are locked first (in key order), so that batches and the sweep evaluate a device one after the
other; `evaluated_until` on them makes a repeated reading harmless and tells a late one from a new one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Final, NamedTuple
from uuid import UUID

from pulse.alerts.causes import silence_closing
from pulse.alerts.evaluation.evaluator import Action, Decision, Progress, Sample, absorb_late, evaluate
from pulse.alerts.evaluation.normalized_samples import load_sources, normalize_samples
from pulse.alerts.evaluation.reach import Extremes, extremes_of, may_breach
from pulse.alerts.evaluation.rule_causes import rule_closing, rule_opening
from pulse.alerts.evaluation.store import ProgressKey, keep_rules, load_progress, write_progress
from pulse.alerts.lifecycle import Closing, Opening, close_alerts, open_alerts
from pulse.alerts.noise.excess import claim_limits_of_new
from pulse.alerts.rules.alert_rule import AlertRule, groups_named
from pulse.alerts.rules.criteria import Threshold
from pulse.alerts.rules.known_rules import load_rules
from pulse.database import Connection, ingest_session
from pulse.devices.evaluation_marks import EvaluationMark, lock_marks, write_marks
from pulse.devices.group_conditions import Memberships, load_memberships
from pulse.devices.registry import DeviceKey, RegisteredDevice, load_devices
from pulse.devices.selectors import Selectable
from pulse.devices.state import DeviceStatus
from pulse.devices.traits import DeviceTraits, load_traits
from pulse.telemetry.normalization import Source
from pulse.telemetry.samples import Span, read_samples

LATE_COUNTS_FOR: Final = timedelta(minutes=10)
"""What is older than the newest evaluated reading by more than that changes nothing any more."""


class Finding(NamedTuple):
    """A decision about a rule and a device."""

    rule: AlertRule
    device: RegisteredDevice
    decision: Decision


class Evidence(NamedTuple):
    """Samples of a device, oldest first: new ones, late ones, and all that are stored since the first late one.

    `extremes` are those of the new ones.
    """

    mark: EvaluationMark
    device: RegisteredDevice
    rules: Sequence[AlertRule]
    fresh: Sequence[Sample]
    late: Sequence[Sample]
    extremes: Extremes
    since: Sequence[Sample] = ()


def evaluate_samples(
    samples: Mapping[DeviceKey, Sequence[Sample]],
    recovered: Collection[DeviceKey],
    devices: Mapping[DeviceKey, RegisteredDevice],
) -> None:
    """Evaluate new samples, and close the silence alerts of devices that were heard of again, in one transaction."""
    with ingest_session() as connection:
        marks = lock_marks(connection, sorted({*samples, *recovered}))
        evaluate_locked(connection, marks, samples, recovered, devices)


def evaluate_locked(
    connection: Connection,
    marks: Sequence[EvaluationMark],
    samples: Mapping[DeviceKey, Sequence[Sample]],
    recovered: Collection[DeviceKey],
    devices: Mapping[DeviceKey, RegisteredDevice],
) -> None:
    """The same within the caller's transaction, for devices whose marks the caller holds locked."""
    tenants = {mark.tenant_id for mark in marks if mark.key in samples}
    keep_rules(connection, tenants)
    rules = load_rules(connection, tenants)
    sources = load_sources(connection, rules) if rules else {}
    samples = {key: normalize_samples(of_device, sources.get(key[0], ())) for key, of_device in samples.items()}
    groups = load_memberships(connection, [mark.key for mark in marks], groups_named(rules))
    traits = _traits_asked_for(connection, marks, rules)
    evidence = [
        _evidence(mark, devices[mark.key], traits.get(mark.key, devices[mark.key]), rules, groups, samples)
        for mark in marks
        if mark.in_service
    ]
    findings: list[list[Finding]] = []
    if rules:
        evidence = _with_stored(connection, evidence, sources)
        progress = _by_device(load_progress(connection, [mark.key for mark in marks]))
        changes: dict[ProgressKey, Progress | None] = {}
        for of_device in evidence:
            remembered = progress.get(of_device.mark.key)
            for rule in of_device.rules:
                before = remembered.get(rule.rule_id) if remembered else None
                if before is None and not _concerns(rule, of_device):
                    continue
                after, decisions = _judge(rule, before, of_device)
                if after != before:
                    changes[rule.tenant_id, rule.rule_id, of_device.device.device_id] = after
                if decisions:
                    findings.append([Finding(rule, of_device.device, decision) for decision in decisions])
        findings = _still_in_scope(connection, findings, groups, changes)
        write_progress(connection, changes)
    apply_findings(connection, findings)
    _close_silences(connection, marks, recovered)
    write_marks(connection, marks, _evaluated(marks, samples))


def _traits_asked_for(
    connection: Connection, marks: Sequence[EvaluationMark], rules: Mapping[str, Sequence[AlertRule]]
) -> Mapping[DeviceKey, DeviceTraits]:
    """What scopes ask of devices, as the registry has it now, where any rule of the tenant asks for it.

    Ingest remembers devices for a while, and a sample is judged once: that of a device that has just come into a
    rule's scope would be lost to the rule.
    """
    asking = {tenant_id for tenant_id, of_tenant in rules.items() if any(rule.scope.asks_traits for rule in of_tenant)}
    keys = [mark.key for mark in marks if mark.in_service and mark.tenant_id in asking]
    return load_traits(connection, keys) if keys else {}


def apply_findings(connection: Connection, findings: Iterable[Sequence[Finding]]) -> None:
    """Carry decisions out: each rule and device has its own sequence; the n-th of all of them go together."""
    rounds: list[tuple[list[Closing], list[Opening]]] = []
    for round_ in zip_longest(*findings):
        closings: list[Closing] = []
        openings: list[Opening] = []
        for finding in round_:
            if finding is None:
                continue
            if finding.decision.action is Action.CLOSE:
                closings.append(rule_closing(*finding))
            else:
                openings.append(rule_opening(*finding))
        rounds.append((closings, openings))
    claim_limits_of_new(connection, [opening.key for _, openings in rounds for opening in openings])
    for closings, openings in rounds:
        close_alerts(connection, closings)
        open_alerts(connection, openings)


def _evidence(
    mark: EvaluationMark,
    device: RegisteredDevice,
    selectable: Selectable,
    rules: Mapping[str, Sequence[AlertRule]],
    groups: Memberships,
    samples: Mapping[DeviceKey, Sequence[Sample]],
) -> Evidence:
    until = mark.evaluated_until
    member_of = groups.get(mark.key, frozenset())
    # A heartbeat's time is that of receipt: it must not make a device with a slow clock look evaluated.
    measured = sorted((s for s in samples.get(mark.key, ()) if s.metrics), key=lambda sample: sample.time)
    of_device = [rule for rule in rules.get(mark.tenant_id, ()) if rule.scope.includes(selectable, member_of)]
    fresh = [sample for sample in measured if until is None or sample.time >= until]
    return Evidence(
        mark,
        device,
        of_device,
        fresh=fresh,
        extremes=extremes_of(fresh) if of_device else {},
        late=[sample for sample in measured if until is not None and until - LATE_COUNTS_FOR <= sample.time < until],
    )


def _with_stored(
    connection: Connection, evidence: Sequence[Evidence], sources: Mapping[str, Sequence[Source]]
) -> list[Evidence]:
    """Read what late samples are to be seen together with; most batches have none."""
    spans = {
        of_device.mark.key: Span(of_device.late[0].time, of_device.mark.evaluated_until)
        for of_device in evidence
        if of_device.late and of_device.rules and of_device.mark.evaluated_until is not None
    }
    if not spans:
        return list(evidence)
    stored = read_samples(connection, spans)
    return [
        of_device._replace(
            since=normalize_samples(stored.get(of_device.mark.key, ()), sources.get(of_device.mark.tenant_id, ()))
        )
        for of_device in evidence
    ]


def _by_device(progress: Mapping[ProgressKey, Progress]) -> dict[DeviceKey, dict[UUID, Progress]]:
    by_device: dict[DeviceKey, dict[UUID, Progress]] = {}
    for (tenant_id, rule_id, device_id), of_rule in progress.items():
        by_device.setdefault((tenant_id, device_id), {})[rule_id] = of_rule
    return by_device


def _concerns(rule: AlertRule, evidence: Evidence) -> bool:
    """Whether there is something to judge where a rule remembers nothing.

    A threshold rule remembers nothing of a device that is fine, which stays so unless a sample may breach it.
    """
    return (
        bool(evidence.late)
        or not isinstance(rule.criterion, Threshold)
        or may_breach(rule.criterion, evidence.extremes)
    )


def _still_in_scope(
    connection: Connection,
    findings: Sequence[Sequence[Finding]],
    groups: Memberships,
    changes: dict[ProgressKey, Progress | None],
) -> list[list[Finding]]:
    """The findings as the registry has their devices now: a rule opens nothing on a device that it is no longer for.

    Whoever changes one waits for its mark, which the caller holds, before closing what is open on it.
    """
    known = load_devices(connection, {finding.device.key for of_rule in findings for finding in of_rule})
    kept: list[list[Finding]] = []
    for of_rule in findings:
        rule, device = of_rule[0].rule, known.get(of_rule[0].device.key)
        if device is not None and rule.scope.includes(device, groups.get(device.key, frozenset())):
            kept.append([finding._replace(device=device) for finding in of_rule])
        else:
            kept.append([finding for finding in of_rule if finding.decision.action is Action.CLOSE])
            changes[rule.tenant_id, rule.rule_id, of_rule[0].device.device_id] = None
    return kept


def _judge(rule: AlertRule, progress: Progress | None, evidence: Evidence) -> tuple[Progress | None, list[Decision]]:
    decisions: list[Decision] = []
    if evidence.late:
        progress, decision = absorb_late(rule, progress, evidence.late, evidence.since)
        decisions = [decision] if decision is not None else []
    progress, more = evaluate(rule, progress, evidence.fresh)
    return progress, [*decisions, *more]


def _evaluated(
    marks: Sequence[EvaluationMark], samples: Mapping[DeviceKey, Sequence[Sample]]
) -> dict[DeviceKey, datetime]:
    """Until when each device has been evaluated by now, those that had something to evaluate."""
    newest = {
        mark.key: max((sample.time for sample in samples.get(mark.key, ()) if sample.metrics), default=None)
        for mark in marks
    }
    return {key: time for key, time in newest.items() if time is not None}


def _close_silences(connection: Connection, marks: Sequence[EvaluationMark], recovered: Collection[DeviceKey]) -> None:
    close_alerts(
        connection,
        [
            silence_closing(mark.key, mark.last_seen_at)
            for mark in marks
            if mark.key in recovered and mark.status is DeviceStatus.ONLINE and mark.last_seen_at is not None
        ],
    )
