"""Handing commands to devices: what is due goes to those that have a session at the broker; the others wait.

A command is handed over again until the device answers, when a session begins and after growing times within one. A
device knows a repetition by the command's id.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from pulse.commands import delivery_store
from pulse.commands.broker import publish_commands
from pulse.commands.command import next_delivery
from pulse.commands.delivery_store import Handed
from pulse.commands.telling import command_event
from pulse.database import ingest_session
from pulse.devices.connections import connected_devices
from pulse.devices.registry import DeviceKey, load_devices
from pulse.events.outbox import add_events
from pulse.logging import logger

_BATCH: Final = 200
_AFTER_FAILURE: Final = timedelta(seconds=30)


class Delivered(NamedTuple):
    """What became of a batch of commands that were due."""

    published: int
    waiting: int
    failed: int

    @property
    def total(self) -> int:
        """How many there were."""
        return sum(self)


def deliver_due(now: datetime) -> Delivered:
    """Hand over a batch of what is due."""
    with ingest_session() as connection:
        due = delivery_store.claim_due(connection, now=now, limit=_BATCH)
        if not due:
            return Delivered(0, 0, 0)
        there = connected_devices(connection, {(row["tenant_id"], row["device_id"]) for row in due})
        reachable = [row for row in due if (row["tenant_id"], row["device_id"]) in there]
        waiting = [row for row in due if (row["tenant_id"], row["device_id"]) not in there]
        taken = publish_commands(reachable)
        published = [row for row, was_taken in zip(reachable, taken, strict=True) if was_taken]
        failed = [row for row, was_taken in zip(reachable, taken, strict=True) if not was_taken]
        first_time = delivery_store.note_handed_over(
            connection,
            [Handed(row, next_delivery(row["deliveries"] + 1, now)) for row in published],
            now=now,
        )
        add_events(connection, [command_event(row["tenant_id"], "delivered", row) for row in first_time])
        delivery_store.put_off(connection, waiting, until=None)
        delivery_store.put_off(connection, failed, until=now + _AFTER_FAILURE)
    delivered = Delivered(len(published), len(waiting), len(failed))
    logger.info("commands_delivered", **delivered._asdict())
    return delivered


def begin_sessions(devices: Iterable[DeviceKey], now: datetime) -> int:
    """Make the open commands of devices due that have just connected; return how many."""
    with ingest_session() as connection:
        return delivery_store.make_due(connection, devices, now=now)


def give_up_devices(devices: Iterable[DeviceKey], now: datetime) -> int:
    """Take back the open commands of devices that are decommissioned or gone; return how many.

    A device that is in service is left alone: one with the same id was decommissioned and deleted before it.
    """
    with ingest_session() as connection:
        asked = set(devices)
        known = load_devices(connection, asked)
        gone = [key for key in asked if key not in known or known[key].lifecycle == "DECOMMISSIONED"]
        cancelled = delivery_store.cancel_open(connection, gone, now=now, reason="the device was decommissioned")
        add_events(connection, [command_event(row["tenant_id"], "cancelled", row) for row in cancelled])
    return len(cancelled)
