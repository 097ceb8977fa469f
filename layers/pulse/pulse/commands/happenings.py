"""What the bus tells that makes commands due, or void."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pulse import clock
from pulse.commands.delivery import begin_sessions, deliver_due, give_up_devices
from pulse.devices.registry import DeviceKey
from pulse.events.outbox import publish_after_commit


class Happening(NamedTuple):
    """An event of the bus: its type, and its fields."""

    event_type: str
    fields: dict[str, Any]

    @property
    def device(self) -> DeviceKey:
        """The device that it is about."""
        return (self.fields["tenant_id"], self.fields["device_id"])


def carry_out(happenings: Sequence[Happening], now: datetime, *, budget: timedelta) -> int:
    """Hand over what is due after all this; return how many commands were published.

    What is left when the budget is used up is due still, and the minute sweep goes on with it.
    """
    give_up_at = clock.now() + budget
    gone = {happening.device for happening in happenings if happening.event_type == "device.decommissioned"}
    come = {happening.device for happening in happenings if happening.event_type == "device.connected"}
    if gone:
        give_up_devices(sorted(gone), now)
    if come:
        begin_sessions(sorted(come), now)
    published = 0
    while (delivered := deliver_due(now)).total:
        published += delivered.published
        if clock.now() >= give_up_at:
            break
    publish_after_commit()
    return published
