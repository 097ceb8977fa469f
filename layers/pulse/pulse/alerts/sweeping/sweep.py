"""The minute sweep: whatever is due though no message says so. Bounded batches until nothing is due or time is up.

Each batch is one transaction; a batch that fails is logged and leaves the others alone.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from pulse import clock
from pulse.alerts.causes import silence_opening
from pulse.alerts.evaluation.evaluator import Progress, complete
from pulse.alerts.evaluation.leaving import close_left_groups
from pulse.alerts.evaluation.store import (
    ProgressKey,
    device_of,
    find_due_runs,
    keep_rules,
    load_progress,
    write_progress,
)
from pulse.alerts.evaluation.stream import Finding, apply_findings, evaluate_locked
from pulse.alerts.lifecycle import open_alerts
from pulse.alerts.noise.calming import end_flapping, end_groups, lift_suppressions
from pulse.alerts.rules.alert_rule import groups_named
from pulse.alerts.rules.known_rules import load_rules
from pulse.alerts.sweeping.upkeep import end_limits, end_silences, release_excess, release_held, renew_windows
from pulse.database import ingest_session
from pulse.devices.evaluation_marks import claim_missed_marks, lock_marks
from pulse.devices.group_conditions import load_memberships
from pulse.devices.registry import load_devices
from pulse.devices.state_store import expire_states
from pulse.events.outbox import publish_due
from pulse.logging import logger
from pulse.telemetry.decode import MAX_CLOCK_LEAD
from pulse.telemetry.samples import Span, read_samples

_BATCH = 1000
_MISSED_BATCH = 100


def sweep(now: datetime, *, budget: timedelta, told_until: datetime | None = None) -> dict[str, int]:
    """Do what is due at `now`, at most for `budget`; return how many devices and runs each step handled.

    `told_until` is until when everything that devices have sent is known, if that is not `now`: deadlines and runs
    that end later may yet be proven wrong by messages on their way.
    """
    known = told_until or now
    give_up_at = clock.now() + budget
    counts = {
        "silent_devices": _repeat(lambda: expire_deadlines(known), give_up_at),
        "completed_runs": _repeat(lambda: complete_runs(known), give_up_at),
        "missed_devices": _repeat(lambda: evaluate_missed(now), give_up_at),
        "alerts_outside_scopes": _repeat(lambda: close_left_groups(now, give_up_at=give_up_at), give_up_at),
        "ended_silences": _repeat(lambda: end_silences(now), give_up_at),
        "released_causes": _repeat(lambda: release_held(now), give_up_at),
        "released_excess": _repeat(lambda: release_excess(now), give_up_at),
        "ended_limits": _repeat(lambda: end_limits(now), give_up_at),
        "renewed_windows": _repeat(lambda: renew_windows(now), give_up_at),
        "calmed_alerts": _repeat(lambda: end_flapping(now), give_up_at),
        "lifted_suppressions": _repeat(lambda: lift_suppressions(now), give_up_at),
        "ended_groups": _repeat(lambda: end_groups(now), give_up_at),
    }
    publish_due()
    return counts


def expire_deadlines(now: datetime) -> int:
    """Devices whose deadline has passed become STALE or OFFLINE, and alert."""
    with ingest_session() as connection:
        handled, transitions = expire_states(connection, now, limit=_BATCH)
        devices = load_devices(connection, ((change.tenant_id, change.device_id) for change in transitions))
        open_alerts(
            connection,
            [silence_opening(change, devices[change.tenant_id, change.device_id]) for change in transitions],
        )
    return handled


def complete_runs(now: datetime) -> int:
    """What rules wait for is due, though no sample said so: a breach has lasted, or a gap."""
    with ingest_session() as connection:
        due = find_due_runs(connection, now, limit=_BATCH)
        marks = lock_marks(connection, sorted({device_of(key) for key in due}), skip_locked=True)
        claimed = {mark.key: mark for mark in marks}  # the stream has the others at this moment
        keep_rules(connection, {tenant_id for tenant_id, _ in claimed})
        progress = load_progress(connection, sorted(claimed))
        devices = load_devices(connection, claimed)
        by_tenant = load_rules(connection, {tenant_id for tenant_id, _ in claimed})
        rules = {rule.rule_id: rule for of_tenant in by_tenant.values() for rule in of_tenant}
        groups = load_memberships(connection, claimed, groups_named(by_tenant))
        findings: list[list[Finding]] = []
        changes: dict[ProgressKey, Progress | None] = {}
        for key in due:
            if key not in progress:
                continue
            rule, device = rules.get(key[1]), devices[device_of(key)]
            member_of = groups.get(device.key, frozenset())
            if rule is None or not claimed[device.key].in_service or not rule.scope.includes(device, member_of):
                changes[key] = None  # changed meanwhile: there is nothing to wait for
                continue
            changes[key], decision = complete(progress[key], now)
            if decision is not None:
                findings.append([Finding(rule, device, decision)])
        write_progress(connection, changes)
        apply_findings(connection, findings)
    return len(changes)


def evaluate_missed(now: datetime) -> int:
    """Stored readings that the stream did not get to evaluate are evaluated from the table."""
    with ingest_session() as connection:
        marks = claim_missed_marks(connection, now, limit=_MISSED_BATCH)
        stored = read_samples(
            connection, {mark.key: Span(mark.evaluated_until, now + MAX_CLOCK_LEAD) for mark in marks}
        )
        samples = {
            mark.key: [
                sample._replace(time=min(sample.time, now))
                for sample in stored[mark.key]
                # The reading at the mark was evaluated: a second time could open again what a person has closed.
                if mark.evaluated_until is None or sample.time > mark.evaluated_until
            ]
            for mark in marks
        }
        devices = load_devices(connection, [mark.key for mark in marks])
        evaluate_locked(connection, marks, samples, [mark.key for mark in marks], devices)
    return len(marks)


def _repeat(step: Callable[[], int], give_up_at: datetime) -> int:
    total = 0
    try:
        while clock.now() < give_up_at and (handled := step()):
            total += handled
    except Exception:
        logger.exception("sweep_step_failed", handled=total)
    return total
