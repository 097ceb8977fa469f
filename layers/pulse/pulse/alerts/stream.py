"""Evaluation in the stream: what a committed batch means for rules and for alerts that are open.

The devices' state rows are locked first (in key order), so that batches and the sweep evaluate a device one after the
other; `evaluated_until` on them makes a repeated or late reading harmless.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import NamedTuple

from pulse.alerts.causes import rule_closing, rule_opening, silence_closing
from pulse.alerts.evaluation import Action, Decision, Progress, Sample, evaluate
from pulse.alerts.lifecycle import Closing, Opening, close_alerts, open_alerts
from pulse.alerts.rules import AlertRule
from pulse.alerts.store import ProgressKey, load_progress, load_rules, write_progress
from pulse.database import Connection, ingest_session
from pulse.devices.evaluation_marks import EvaluationMark, lock_marks, write_marks
from pulse.devices.registry import DeviceKey, RegisteredDevice
from pulse.devices.state import DeviceStatus


class Finding(NamedTuple):
    """A decision about a rule and a device."""

    rule: AlertRule
    device: RegisteredDevice
    decision: Decision


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
    rules = load_rules(connection, {mark.tenant_id for mark in marks})
    progress = load_progress(connection, [mark.key for mark in marks])
    changes: dict[ProgressKey, Progress | None] = {}
    findings: list[list[Finding]] = []
    evaluated: dict[DeviceKey, datetime] = {}
    for mark in marks:
        device = devices[mark.key]
        fresh = sorted(
            (
                sample
                for sample in samples.get(mark.key, ())
                # A heartbeat's time is that of receipt: it must not make a device with a slow clock look evaluated.
                if sample.metrics and (mark.evaluated_until is None or sample.time >= mark.evaluated_until)
            ),
            key=lambda sample: sample.time,
        )
        if fresh:
            evaluated[mark.key] = fresh[-1].time
        for rule in rules.get(mark.tenant_id, ()):
            if not rule.scope.includes(device):
                continue
            key = (mark.tenant_id, rule.rule_id, mark.device_id)
            before = progress.get(key)
            after, decisions = evaluate(rule, before, fresh)
            if after != before:
                changes[key] = after
            if decisions:
                findings.append([Finding(rule, device, decision) for decision in decisions])

    write_progress(connection, changes)
    apply_findings(connection, findings)
    _close_silences(connection, marks, recovered)
    write_marks(connection, marks, evaluated)


def apply_findings(connection: Connection, findings: Iterable[Sequence[Finding]]) -> None:
    """Carry decisions out: each rule and device has its own sequence; the n-th of all of them go together."""
    for round_ in zip_longest(*findings):
        due = [finding for finding in round_ if finding is not None]
        closings: list[Closing] = []
        openings: list[Opening] = []
        for rule, device, decision in due:
            if decision.action is Action.CLOSE:
                closings.append(rule_closing(rule, device, decision))
            else:
                openings.append(rule_opening(rule, device, decision))
        close_alerts(connection, closings)
        open_alerts(connection, openings)


def _close_silences(connection: Connection, marks: Sequence[EvaluationMark], recovered: Collection[DeviceKey]) -> None:
    close_alerts(
        connection,
        [
            silence_closing(mark.key, mark.last_seen_at)
            for mark in marks
            if mark.key in recovered and mark.status is DeviceStatus.ONLINE and mark.last_seen_at is not None
        ],
    )
