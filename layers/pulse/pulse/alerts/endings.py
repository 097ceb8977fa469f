"""Alerts whose ground is taken away: a device leaves service, or a rule is deleted, disabled or narrowed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pulse.alerts.evaluation.store import (
    ProgressKey,
    find_live_fingerprints,
    find_live_fingerprints_of,
    forget_progress,
    write_progress,
)
from pulse.alerts.lifecycle import Closing, close_alerts
from pulse.alerts.maintenance.holding import take_back_causes, take_back_of
from pulse.database import Connection


def end_alerts_of_devices(
    connection: Connection, tenant_id: str, device_ids: Sequence[str], *, reason: str, now: datetime
) -> None:
    """Close every live alert of the devices, and forget what rules remember of them; they start anew if they return."""
    if device_ids:
        take_back_of(connection, tenant_id, device_ids=device_ids)
        forget_progress(connection, tenant_id, device_ids=device_ids)
        _close(connection, tenant_id, find_live_fingerprints(connection, tenant_id, device_ids=device_ids), reason, now)


def end_alerts_of_rule(
    connection: Connection,
    tenant_id: str,
    rule_id: UUID,
    *,
    device_ids: Sequence[str] | None,
    reason: str,
    now: datetime,
) -> int:
    """The same for what a rule has opened, of all its devices or of some; return how many alerts that closed."""
    take_back_of(connection, tenant_id, rule_id=rule_id, device_ids=device_ids)
    forget_progress(connection, tenant_id, rule_id=rule_id, device_ids=device_ids)
    fingerprints = find_live_fingerprints(connection, tenant_id, rule_id=rule_id, device_ids=device_ids)
    return _close(connection, tenant_id, fingerprints, reason, now)


def end_alerts_of_causes(connection: Connection, causes: Sequence[ProgressKey], *, reason: str, now: datetime) -> int:
    """The same for single rules on single devices, however many; return how many alerts that closed."""
    if not causes:
        return 0
    take_back_causes(connection, causes)
    write_progress(connection, dict.fromkeys(causes))
    live = find_live_fingerprints_of(connection, causes)
    return close_alerts(
        connection, [Closing(tenant_id, fingerprint, reason, now, {}, final=True) for tenant_id, fingerprint in live]
    )


def _close(connection: Connection, tenant_id: str, fingerprints: Sequence[str], reason: str, now: datetime) -> int:
    return close_alerts(
        connection, [Closing(tenant_id, fingerprint, reason, now, {}, final=True) for fingerprint in fingerprints]
    )
