"""Channels that others refer to: known when they are named, and there as long as somebody needs them."""

from collections.abc import Iterable
from uuid import UUID

from pulse.database import Connection
from pulse.errors import FieldError
from pulse.notifications.channel_store import hold_channels


def unknown_channels(
    connection: Connection, tenant_id: str, named: Iterable[tuple[str, UUID | None]]
) -> tuple[FieldError, ...]:
    """What is wrong with channels that fields name: another tenant's are as unknown as those that nobody has.

    The others can't be deleted until the caller's transaction ends.
    """
    wanted = [(field, channel_id) for field, channel_id in named if channel_id is not None]
    known = hold_channels(connection, tenant_id, [channel_id for _, channel_id in wanted])
    return tuple(
        FieldError(field, f"there is no notification channel {channel_id}")
        for field, channel_id in wanted
        if channel_id not in known
    )
