"""Whose seats new devices get. Pure."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID


class Room(NamedTuple):
    """A subscription with its ADDONs; `free` is 0 when it is not in force or has no seat left."""

    subscription_id: UUID
    is_in_force: bool
    free: int


def allocate(rooms: Iterable[Room], count: int) -> list[UUID] | None:
    """A seat for each of so many devices, in the order of the rooms; None when not that many are free."""
    seats: list[UUID] = []
    for room in rooms:
        seats += [room.subscription_id] * min(room.free, count - len(seats))
    return seats if len(seats) == count else None
