"""Gateways that live and tell nothing of their targets: one alert for each, until nothing is owed any more.

A gateway that is silent altogether is told of as every silent device is, and by no alert of its targets.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from pulse import clock
from pulse.alerts.alert_store import live_among
from pulse.alerts.lifecycle import close_alerts, open_alerts
from pulse.database import Connection, ingest_session
from pulse.devices.queries import site_of_device, statuses_in_service
from pulse.devices.registry import DeviceKey
from pulse.devices.state import DeviceStatus
from pulse.inbound import addon_store
from pulse.targets import overdue_store
from pulse.targets.causes import overdue_closing, overdue_fingerprint, overdue_opening
from pulse.targets.overdue_store import DueResult

_LOOKED_AFTER_EVERY: Final = timedelta(minutes=5)
_BATCH: Final = 500


def look_after_results(now: datetime, *, budget: timedelta) -> int:
    """Open and close alerts about results that are owed; return of how many targets they newly are."""
    give_up_at = clock.now() + budget
    owed = 0
    while clock.now() < give_up_at:
        with ingest_session() as connection:
            due = overdue_store.claim_due_results(connection, now=now, again_at=now + _LOOKED_AFTER_EVERY, limit=_BATCH)
            owed += _judge(connection, due, now)
        if len(due) < _BATCH:
            break
    return owed


def end_if_nothing_is_owed(connection: Connection, tenant_id: str, device_id: str, now: datetime) -> int:
    """Close a gateway's alert when it owes nothing any more; return how many that were."""
    if not live_among(connection, [(tenant_id, overdue_fingerprint(device_id))]):
        return 0
    if overdue_store.overdue_targets(connection, tenant_id, device_id) is not None:
        return 0
    return close_alerts(connection, [overdue_closing(tenant_id, device_id, now)])


def _judge(connection: Connection, due: Sequence[DueResult], now: datetime) -> int:
    statuses = statuses_in_service(connection, {(each.key.tenant_id, each.gateway_device_id) for each in due})
    enabled = _enabled_addons(connection, {each.key.tenant_id for each in due})
    missing = [
        each
        for each in due
        if statuses.get((each.key.tenant_id, each.gateway_device_id)) is DeviceStatus.ONLINE
        and each.addon_id in enabled[each.key.tenant_id]
    ]
    begun = [each for each in missing if not each.is_overdue]
    over = [each for each in due if each.is_overdue and each not in missing]
    overdue_store.set_overdue(connection, [each.key for each in begun], since=now)
    overdue_store.set_overdue(connection, [each.key for each in over], since=None)
    for tenant_id, device_id in _gateways(begun):
        owed = overdue_store.overdue_targets(connection, tenant_id, device_id)
        if owed is not None:
            site_id = site_of_device(connection, tenant_id, device_id)
            open_alerts(connection, [overdue_opening(tenant_id, device_id, site_id, owed, now)])
    for tenant_id, device_id in _gateways(over):
        end_if_nothing_is_owed(connection, tenant_id, device_id, now)
    return len(begun)


def _gateways(due: Sequence[DueResult]) -> list[DeviceKey]:
    return sorted({(each.key.tenant_id, each.gateway_device_id) for each in due})


def _enabled_addons(connection: Connection, tenant_ids: set[str]) -> dict[str, set[str]]:
    enabled: dict[str, set[str]] = defaultdict(set)
    for tenant_id in sorted(tenant_ids):
        choices = addon_store.find_choices(connection, tenant_id)
        enabled[tenant_id] = {addon_id for addon_id, choice in choices.items() if choice.enabled}
    return enabled
