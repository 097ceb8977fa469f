"""A device on its way in: registered in a tenant of its own, and given credentials through the deployed API."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.integration.stack import DeviceConnection, Stack, wait_for
from tests.integration.tenancy import Tenancy


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A device that is registered and has no credential yet; its files come into `folder`."""

    tenancy: Tenancy
    device_id: str
    folder: Path

    @property
    def stack(self) -> Stack:
        return self.tenancy.stack

    @property
    def api(self) -> httpx.Client:
        """The deployed API as the tenant's administrator sees it."""
        return self.tenancy.admin.api

    @property
    def path(self) -> str:
        """The device in the customer API."""
        return f"/customer/devices/{self.device_id}"

    def status(self) -> str:
        """What the API says of the device."""
        answer = self.api.get(self.path)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["status"])

    def post(self, path: str, body: Any = None) -> httpx.Response:
        """Ask for something that is made for the device."""
        answer = self.api.post(f"{self.path}{path}", json=body)
        assert answer.status_code == 201, answer.text
        return answer

    def connect(self, new: dict[str, Any], private_key_pem: str | None = None) -> DeviceConnection:
        """Connect with what was handed over, and with nothing else."""
        names = {"certificate_file": "device.pem", "key_file": "device.key", "ca_file": "ca.pem"}
        files = {name: str(self.folder / file) for name, file in names.items()}
        Path(files["certificate_file"]).write_text(new["certificate_pem"])
        Path(files["key_file"]).write_text(private_key_pem or new["private_key_pem"])
        Path(files["ca_file"]).write_text(new["mqtt"]["certificate_authority_pem"])
        broker = {"host": new["mqtt"]["host"], "port": new["mqtt"]["port"], "ca_file": files["ca_file"]}
        device = {"tenant_id": self.tenancy.tenant_id, "device_id": self.device_id, **files}
        return DeviceConnection(broker, {**device, "client_id": new["mqtt"]["client_id"]})

    def publish_first_message(self, new: dict[str, Any], private_key_pem: str | None = None) -> None:
        """Say something over MQTT."""
        with self.connect(new, private_key_pem) as connection:
            assert connection.wait_connected() == "Success"
            assert connection.publish({"metrics": {"temp_c": 4.5}}, topic=new["mqtt"]["telemetry_topic"]) == "Success"

    def wait_online(self) -> None:
        """The device is ONLINE once its first message is in."""
        wait_for(lambda: self.status() == "ONLINE", what=f"{self.device_id} ONLINE")
