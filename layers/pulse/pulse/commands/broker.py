"""Commands on the wire: what a device gets, over MQTT and over HTTP."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import boto3
import orjson
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pulse.clock import format_instant
from pulse.devices.topics import device_topic
from pulse.logging import logger

if TYPE_CHECKING:
    from types_boto3_iot_data import IoTDataPlaneClient

_AT_ONCE: Final = 16
# Rows are locked during a call; a broker that does not answer must not hold them for a minute.
_CONFIG: Final = Config(
    connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2}, max_pool_connections=_AT_ONCE
)


def command_document(command: dict[str, Any]) -> dict[str, Any]:
    """What a device gets of a command."""
    return {
        "command_id": str(command["command_id"]),
        "name": command["name"],
        "parameters": command["parameters"],
        "created_at": format_instant(command["created_at"]),
        "expires_at": format_instant(command["expires_at"]),
    }


def publish_commands(commands: Sequence[dict[str, Any]]) -> list[bool]:
    """Publish each command on its device's topic, with QoS 1 and not retained; say of each whether the broker took it.

    The commands of one device go one after another, in the order given.
    """
    by_device: dict[tuple[str, str], list[int]] = {}
    for index, command in enumerate(commands):
        by_device.setdefault((command["tenant_id"], command["device_id"]), []).append(index)
    taken = [False] * len(commands)

    def publish_all(indexes: list[int]) -> None:
        for index in indexes:
            taken[index] = _publish(commands[index])

    if by_device:
        _client()  # made here: making one is not safe in threads
        with ThreadPoolExecutor(min(_AT_ONCE, len(by_device))) as threads:
            list(threads.map(publish_all, by_device.values()))
    return taken


def _publish(command: dict[str, Any]) -> bool:
    try:
        _client().publish(
            topic=device_topic(command["tenant_id"], command["device_id"], "commands"),
            qos=1,
            retain=False,
            payload=orjson.dumps(command_document(command)),
        )
    except (BotoCoreError, ClientError):
        logger.exception("command_not_published", tenant_id=command["tenant_id"], device_id=command["device_id"])
        return False
    return True


@cache
def _client() -> "IoTDataPlaneClient":
    return boto3.client("iot-data", config=_CONFIG)
