"""From a device's silence to the alert that tells of it. Pure."""

from datetime import datetime

from pulse.alerts.alert_store import Closing, Opening
from pulse.alerts.severity import Severity
from pulse.clock import format_instant
from pulse.devices.registry import DeviceKey, RegisteredDevice
from pulse.devices.state import DeviceStatus, Transition


def heartbeat_fingerprint(device_id: str) -> str:
    """One live alert for a device's silence."""
    return f"NO_HEARTBEAT:{device_id}"


def silence_opening(transition: Transition, device: RegisteredDevice) -> Opening:
    """The alert of a silent device: HIGH when STALE, CRITICAL once OFFLINE."""
    offline = transition.to_status is DeviceStatus.OFFLINE
    return Opening(
        tenant_id=device.tenant_id,
        fingerprint=heartbeat_fingerprint(device.device_id),
        source="heartbeat",
        type="NO_HEARTBEAT",
        severity=Severity.CRITICAL if offline else Severity.HIGH,
        summary=f"{device.device_id} is {'offline' if offline else 'silent'}",
        details={
            "status": transition.to_status.value,
            "expected_interval_seconds": device.expected_interval_seconds,
            "deadline": format_instant(transition.time),
        },
        time=transition.time,
        device_id=device.device_id,
        site_id=device.site_id,
    )


def silence_closing(key: DeviceKey, seen_at: datetime) -> Closing:
    """The end of a silence."""
    tenant_id, device_id = key
    return Closing(
        tenant_id=tenant_id,
        fingerprint=heartbeat_fingerprint(device_id),
        reason="the device was heard of again",
        time=seen_at,
        details={"seen_at": format_instant(seen_at)},
    )
