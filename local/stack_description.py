"""Writes `stack.json`: where everything of an instance is and how to get in."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from local.demo import Demo
from local.demo_devices import device_files
from local.demo_fleet import TENANTS
from local.instance import Instance
from pulse.devices.topics import thing_name


def write(instance: Instance, *, outputs: Mapping[str, str], database_url: str, demo: Demo, ca_file: Path) -> None:
    """Write the file, readable for us alone."""
    people = [
        {"email": account.user.email, "password": account.password, "role": account.user.role.value}
        | ({"tenant_id": account.user.tenant_id} if account.user.tenant_id else {})
        for account in demo.accounts
    ]
    content = {
        "api_url": outputs["ApiUrl"],
        "ws_url": outputs.get("WebSocketUrl"),
        "app_url": outputs["AppUrl"],
        "app_config": json.loads(outputs["AppConfiguration"]),
        "mqtt": {"host": "127.0.0.1", "port": instance.mqtt_port, "ca_file": str(ca_file)},
        "database_url": database_url,
        "user_pool_id": outputs["UserPoolId"],
        "client_id": outputs["UserPoolClientId"],
        "users": [person for person in people if "tenant_id" in person],
        "operator": [person for person in people if "tenant_id" not in person],
        "devices": _devices(instance),
        "stack_outputs": dict(outputs),
    }
    partial = instance.stack_file.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=2)
    partial.rename(instance.stack_file)


def _devices(instance: Instance) -> list[dict[str, str]]:
    devices = []
    for tenant in TENANTS:
        for device in tenant.devices:
            files = device_files(instance, tenant.tenant_id, device.device_id)
            devices.append(
                {
                    "tenant_id": tenant.tenant_id,
                    "device_id": device.device_id,
                    "certificate_file": str(files.certificate_file),
                    "key_file": str(files.key_file),
                    "client_id": thing_name(tenant.tenant_id, device.device_id),
                    "site_id": device.site_id,
                    "profile": device.device_type,
                }
            )
    return devices
