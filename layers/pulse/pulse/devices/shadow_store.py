"""Shadows at AWS IoT, which keeps them and tells devices of a delta."""

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import orjson
from botocore.config import Config

from pulse.devices.shadow import Shadow, State, read_shadow
from pulse.devices.topics import thing_name
from pulse.errors import InvalidInputError, StaleVersionError
from pulse.logging import logger

if TYPE_CHECKING:
    from types_boto3_iot_data import IoTDataPlaneClient

# A device's row is locked during a change; a shadow that does not answer must not hold it for a minute.
_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})


class NoThingError(Exception):
    """AWS IoT keeps no shadow for a thing that it does not know."""


def load_shadow(tenant_id: str, device_id: str, *, name: str | None = None) -> Shadow:
    """A device's shadow, or one beside it with a name; an empty one at version 0 when it has none."""
    client = _client()
    try:
        answer = client.get_thing_shadow(thingName=thing_name(tenant_id, device_id), **_named(name))
    except client.exceptions.ResourceNotFoundException:
        return read_shadow(None)
    return read_shadow(orjson.loads(answer["payload"].read()))


def update_shadow(
    tenant_id: str,
    device_id: str,
    *,
    desired: State | None = None,
    reported: State | None = None,
    version: int | None,
    name: str | None = None,
) -> None:
    """Change parts of a shadow, of the version given or whichever it has; without a name it is the device's own.

    Raises StaleVersionError, InvalidInputError for a shadow that would be too large, NoThingError.
    """
    client = _client()
    parts = {"desired": desired, "reported": reported}
    document: dict[str, object] = {"state": {name: part for name, part in parts.items() if part is not None}}
    if version:  # a shadow that does not exist yet has no version to compare with
        document["version"] = version
    try:
        client.update_thing_shadow(
            thingName=thing_name(tenant_id, device_id), payload=orjson.dumps(document), **_named(name)
        )
    except client.exceptions.ConflictException as error:
        raise StaleVersionError from error
    except client.exceptions.ResourceNotFoundException as error:
        raise NoThingError from error
    except (client.exceptions.RequestEntityTooLargeException, client.exceptions.InvalidRequestException) as error:
        message = f"AWS IoT does not take this state: {error}"
        raise InvalidInputError(message) from error


def delete_shadow(tenant_id: str, device_id: str, *, name: str) -> None:
    """Forget a shadow with a name; without it it is fine."""
    client = _client()
    with suppress(client.exceptions.ResourceNotFoundException):
        client.delete_thing_shadow(thingName=thing_name(tenant_id, device_id), shadowName=name)


def delete_shadows(tenant_id: str, device_id: str) -> None:
    """Forget a device's shadow, and those that the device has made beside it with names; without any it is fine."""
    client = _client()
    thing = thing_name(tenant_id, device_id)
    with suppress(client.exceptions.ResourceNotFoundException):
        client.delete_thing_shadow(thingName=thing)
    for name in _named_shadows(thing):
        with suppress(client.exceptions.ResourceNotFoundException):
            client.delete_thing_shadow(thingName=thing, shadowName=name)


def _named(name: str | None) -> Any:
    """As boto3 takes it, which knows no None."""
    return {} if name is None else {"shadowName": name}


def _named_shadows(thing: str) -> list[str]:
    client = _client()
    names: list[str] = []
    try:
        page = client.list_named_shadows_for_thing(thingName=thing)
        names += page["results"]
        while next_token := page.get("nextToken"):
            page = client.list_named_shadows_for_thing(thingName=thing, nextToken=next_token)
            names += page["results"]
    except client.exceptions.ResourceNotFoundException:
        return names
    except client.exceptions.InvalidRequestException:  # the emulator has named shadows, and no list of them
        logger.warning("named_shadows_not_listed", thing=thing)
    return names


@cache
def _client() -> "IoTDataPlaneClient":
    return boto3.client("iot-data", config=_CONFIG)
