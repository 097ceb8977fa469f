"""What devices are called at the broker, and where they speak. A thing's name is also its MQTT client id."""


def thing_name(tenant_id: str, device_id: str) -> str:
    """Name of the device's thing, and its MQTT client id."""
    return f"{tenant_id}:{device_id}"


def device_topic(tenant_id: str, device_id: str, *levels: str) -> str:
    """A topic of the device's own, such as `devices/acme/freezer-1/telemetry`."""
    return "/".join(("devices", tenant_id, device_id, *levels))
