"""What devices are called at the broker, and where they speak. A thing's name is also its MQTT client id."""


def thing_name(tenant_id: str, device_id: str) -> str:
    """Name of the device's thing, and its MQTT client id."""
    return f"{tenant_id}:{device_id}"


def owner_of_topic(topic: str) -> tuple[str, str] | None:
    """Tenant and device that `devices/{tenant_id}/{device_id}/…` names, or a topic of the device's shadow.

    None for any other topic.
    """
    match topic.split("/"):
        case ["devices", str(tenant_id), str(device_id), _, *_] if tenant_id and device_id:
            return (tenant_id, device_id)
        case ["$aws", "things", str(thing), "shadow", *_]:
            tenant_id, _, device_id = thing.partition(":")
            return (tenant_id, device_id) if tenant_id and device_id else None
    return None


def is_of_shadow(topic: str) -> bool:
    """Whether it is one of the topics on which devices speak of their shadows."""
    return topic.startswith("$aws/things/")


def client_principal(client_id: str) -> str:
    """Who a message is from that names the sender's MQTT client id and not its certificate."""
    return f"client:{client_id}"


def device_topic(tenant_id: str, device_id: str, *levels: str) -> str:
    """A topic of the device's own, such as `devices/acme/freezer-1/telemetry`."""
    return "/".join(("devices", tenant_id, device_id, *levels))
