"""May this sender send this message for this device? The second wall behind the broker's policy."""

from pulse.devices.registry import RegisteredDevice
from pulse.quarantine.reasons import Reason, Refusal
from pulse.telemetry.message import Message


def refuse(message: Message, device: RegisteredDevice | None) -> Refusal | None:
    """The reason to refuse, or None. `device` is the registry entry that the topic names, if there is one.

    The credential is checked first, so that nobody without one learns anything of a device from the other reasons.
    """
    if device is None:
        return Refusal(Reason.UNREGISTERED_DEVICE, "no such device in this tenant")
    live = device.credentials.get(message.principal)
    if live is None:
        return Refusal(Reason.CREDENTIAL_MISMATCH, "the sender's credential does not belong to this device")
    if not live:
        return Refusal(Reason.CREDENTIAL_REVOKED, "the sender's credential was revoked or has expired")
    if device.lifecycle == "SUSPENDED":
        return Refusal(Reason.DEVICE_SUSPENDED, "the device is suspended")
    if device.lifecycle == "DECOMMISSIONED":
        return Refusal(Reason.DEVICE_DECOMMISSIONED, "the device was decommissioned")
    if message.site_id is not None and message.site_id != device.site_id:
        return Refusal(Reason.SITE_MISMATCH, f"the device is registered at site {device.site_id}")
    return None
