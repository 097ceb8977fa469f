"""Targets as people see them: with what is known of the gateways that ask them."""

from collections.abc import Sequence

from pulse.database import Connection
from pulse.devices.queries import statuses_in_service
from pulse.devices.state import DeviceStatus
from pulse.targets.assignment_store import find_progress
from pulse.targets.target import Target, TargetGateway
from pulse.targets.target_store import TargetRow

_HEARD_OF = frozenset({DeviceStatus.ONLINE, DeviceStatus.STALE})


def show_targets(connection: Connection, tenant_id: str, rows: Sequence[TargetRow]) -> list[Target]:
    """Targets of a tenant, in their order."""
    gateways = _gateways(connection, tenant_id, {row["gateway_device_id"] for row in rows} - {None})
    return [_shown(row, gateways.get(row["gateway_device_id"])) for row in rows]


def show_target(connection: Connection, row: TargetRow) -> Target:
    """One target."""
    [target] = show_targets(connection, row["tenant_id"], [row])
    return target


def _gateways(connection: Connection, tenant_id: str, device_ids: set[str]) -> dict[str, TargetGateway]:
    if not device_ids:
        return {}
    statuses = statuses_in_service(connection, [(tenant_id, device_id) for device_id in device_ids])
    progress = find_progress(connection, tenant_id, device_ids)
    return {
        device_id: TargetGateway(
            status=statuses.get((tenant_id, device_id)),
            told=device_id in progress and progress[device_id].is_told,
            error=progress[device_id].error if device_id in progress else None,
        )
        for device_id in device_ids
    }


def _shown(row: TargetRow, gateway: TargetGateway | None) -> Target:
    is_unknown = gateway is not None and (gateway.status not in _HEARD_OF or row["overdue_since"] is not None)
    since = (row["last_polled_at"] or row["created_at"]) if is_unknown and row["enabled"] else None
    return Target.model_validate({**row, "gateway": gateway, "unknown_since": since})
