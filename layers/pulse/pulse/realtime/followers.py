"""Who follows what: entries of short-lived state, which outlive a connection by some minutes at most."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from pulse.clock import format_instant
from pulse.realtime.channels import device_of
from pulse.transient import Key, delete_entries, list_entries, write_entries

# API Gateway ends a connection after two hours.
_LIFETIME: Final = timedelta(hours=2, minutes=10)
_WATCHED: Final = "WATCHED"
_OPEN: Final = "CONNECTIONS"


class Follower(NamedTuple):
    """A connection that follows something. `user_id` as in Principal; `address` is where it came from."""

    connection_id: str
    tenant_id: str
    user_id: str
    session_id: str
    address: str
    connected_at: datetime


def add_channels(follower: Follower, channels: Collection[str]) -> None:
    """Let a connection follow channels. Raises TransientUnavailableError."""
    who = {
        "user_id": follower.user_id,
        "session_id": follower.session_id,
        "address": follower.address,
        "connected_at": format_instant(follower.connected_at),
    }
    entries: dict[Key, dict[str, str]] = {Key(_OPEN, follower.connection_id): {}}
    for channel in channels:
        entries[_channel_key(follower.tenant_id, channel, follower.connection_id)] = who
        entries[_connection_key(follower.connection_id, channel)] = {"tenant_id": follower.tenant_id}
        device_id = device_of(channel)
        if device_id is not None:
            entries[Key(_WATCHED, f"{follower.tenant_id}#{device_id}")] = {}
    write_entries(entries, lifetime=_LIFETIME)


def channels_followed(connection_id: str) -> set[str]:
    """What a connection follows. Raises TransientUnavailableError."""
    return set(list_entries(f"CONNECTION#{connection_id}"))


def remove_channels(tenant_id: str, connection_id: str, channels: Iterable[str]) -> None:
    """Let a connection follow channels no longer. Raises TransientUnavailableError."""
    delete_entries([key for channel in channels for key in _keys_of(tenant_id, connection_id, channel)])


def forget_connection(connection_id: str) -> None:
    """Forget a connection that has ended. Raises TransientUnavailableError."""
    keys = [Key(_OPEN, connection_id)]
    for channel, values in list_entries(f"CONNECTION#{connection_id}").items():
        keys += _keys_of(str(values["tenant_id"]), connection_id, channel)
    delete_entries(keys)


def count_connections() -> int:
    """Connections that follow something, or did until a moment ago. Raises TransientUnavailableError."""
    return len(list_entries(_OPEN))


def followers_of(tenant_id: str, channel: str) -> list[Follower]:
    """Connections that follow a channel of a tenant. Raises TransientUnavailableError."""
    return [
        Follower(
            connection_id=connection_id,
            tenant_id=tenant_id,
            user_id=str(values["user_id"]),
            session_id=str(values["session_id"]),
            address=str(values["address"]),
            connected_at=datetime.fromisoformat(str(values["connected_at"])),
        )
        for connection_id, values in list_entries(f"CHANNEL#{tenant_id}#{channel}").items()
    ]


def watched_devices() -> set[tuple[str, str]]:
    """(tenant_id, device_id) of the devices that somebody looks at, or did so lately."""
    pairs = (sort.partition("#") for sort in list_entries(_WATCHED))
    return {(tenant_id, device_id) for tenant_id, _, device_id in pairs}


def _keys_of(tenant_id: str, connection_id: str, channel: str) -> tuple[Key, Key]:
    return _channel_key(tenant_id, channel, connection_id), _connection_key(connection_id, channel)


def _channel_key(tenant_id: str, channel: str, connection_id: str) -> Key:
    return Key(f"CHANNEL#{tenant_id}#{channel}", connection_id)


def _connection_key(connection_id: str, channel: str) -> Key:
    return Key(f"CONNECTION#{connection_id}", channel)
