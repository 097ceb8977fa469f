"""May this sender send this message for this device? The second wall behind the broker's policy."""

from pulse.devices.registry import RegisteredDevice
from pulse.devices.topics import client_principal, thing_name
from pulse.quarantine.reasons import Reason, Refusal
from pulse.subscriptions.lifecycle import SubscriptionStatus


def refuse_sender(device: RegisteredDevice | None, principal: str) -> Refusal | None:
    """The reason to refuse whatever this sender sends for the device that the topic names, or None.

    The credential is checked first, so that nobody without one learns anything of a device from the other reasons.
    """
    if device is None:
        return Refusal(Reason.UNREGISTERED_DEVICE, "no such device in this tenant")
    live = _is_live(device, principal)
    if live is None:
        return Refusal(Reason.CREDENTIAL_MISMATCH, "the sender's credential does not belong to this device")
    if not live:
        return Refusal(Reason.CREDENTIAL_REVOKED, "the sender's credential was revoked or has expired")
    if device.lifecycle == "SUSPENDED":
        return Refusal(Reason.DEVICE_SUSPENDED, "the device is suspended")
    if device.lifecycle == "DECOMMISSIONED":
        return Refusal(Reason.DEVICE_DECOMMISSIONED, "the device was decommissioned")
    if not device.tenant_is_active:
        return Refusal(Reason.SUBSCRIPTION_SUSPENDED, "the tenant is suspended")
    match device.ended_as:
        case SubscriptionStatus.SUSPENDED:
            return Refusal(Reason.SUBSCRIPTION_SUSPENDED, "the device's subscription is suspended")
        case SubscriptionStatus.EXPIRED:
            return Refusal(Reason.SUBSCRIPTION_EXPIRED, "the device's subscription has expired")
    return None


def _is_live(device: RegisteredDevice, principal: str) -> bool | None:
    """Whether the sender's credential is live; None for one that was never the device's.

    A topic rule's failure keeps the client id alone. The broker lets nobody have it but the device's own certificates,
    so that one of them has sent the message: while any is live, the message is the device's.
    """
    if device.credentials and principal == client_principal(thing_name(*device.key)):
        return any(device.credentials.values())
    return device.credentials.get(principal)


def refuse_site(device: RegisteredDevice, site_id: str | None) -> Refusal | None:
    """The reason to refuse a message that names a site, or None; a message need not name one."""
    if site_id is None or site_id == device.site_id:
        return None
    return Refusal(Reason.SITE_MISMATCH, f"the device is registered at site {device.site_id}")
