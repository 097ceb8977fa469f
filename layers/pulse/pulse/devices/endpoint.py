"""Where devices connect to, and whom they trust there."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import boto3

from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_iot import IoTClient

_AMAZON_ROOT: Final = Path(__file__).with_name("amazon_root_ca_1.pem")
_MQTT_PORT: Final = 8883


class Endpoint(NamedTuple):
    """Address of the broker for MQTT over TLS with a client certificate."""

    host: str
    port: int


@cache
def device_endpoint() -> Endpoint:
    """The broker's address: the setting, or the account's own endpoint of AWS IoT."""
    configured = settings().device_endpoint
    if configured:
        host, _, port = configured.rpartition(":")
        return Endpoint(host, int(port))
    client: IoTClient = boto3.client("iot")
    return Endpoint(client.describe_endpoint(endpointType="iot:Data-ATS")["endpointAddress"], _MQTT_PORT)


@cache
def certificate_authority() -> str:
    """PEM certificate of the authority behind the broker's own certificate: what a device has to trust."""
    address = settings().device_authority_url
    if not address:
        return _AMAZON_ROOT.read_text()
    import httpx  # where an emulator stands in for AWS alone, so no cold start pays for it

    return httpx.get(address, timeout=5).raise_for_status().text
