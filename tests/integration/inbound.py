"""Sources of a fresh tenant, and messages that they send, in this process."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson

from pulse.inbound import managing_addons
from pulse.inbound.addon import AddonChoice
from pulse.inbound.authentication import Authentication, HeaderAuthentication
from pulse.inbound.managing_sources import create_source
from pulse.inbound.message import Message
from pulse.inbound.override import AlertOverride
from pulse.inbound.processing import Outcome, process
from pulse.inbound.source import NewInboundSource, SourceWish
from tests.builders import NOON, ORIGIN, Fleet

HEADER = HeaderAuthentication(kind="header")


def enable(fleet: Fleet, addon_id: str = "generic_json", **overrides: AlertOverride) -> None:
    """Enable an addon in the fleet's tenant."""
    managing_addons.choose(fleet.person(), addon_id, AddonChoice(True, overrides), if_match=None, origin=ORIGIN)


class Sender:
    """A source of a fleet's tenant, and what it has sent."""

    def __init__(
        self,
        fleet: Fleet,
        addon_id: str | None = "generic_json",
        *,
        authentication: Authentication = HEADER,
        site_id: str | None = None,
    ) -> None:
        self.fleet = fleet
        if addon_id is not None:
            enable(fleet, addon_id)
        wish = SourceWish(f"Source {uuid4().hex[:6]}", addon_id, site_id, authentication, enabled=True)
        self.source: NewInboundSource = create_source(fleet.person(), wish, origin=ORIGIN)

    def message(self, body: Any, *, at: datetime = NOON, kind: str = "delivery") -> Message:
        """What the source sends, received at a time; a body that is not bytes becomes JSON."""
        return Message.model_validate(
            {
                "kind": kind,
                "tenant_id": self.fleet.tenant_id,
                "source_id": self.source.source_id,
                "message_id": uuid4(),
                "received_at": at,
                "source_address": "198.51.100.7",
            }
        ).model_copy(update={"body": body if isinstance(body, bytes) else orjson.dumps(body)})

    def send(self, body: Any, *, at: datetime = NOON) -> Outcome:
        """Have a message processed."""
        return process(self.message(body, at=at), at + timedelta(seconds=1))

    def alerts(self) -> list[dict[str, Any]]:
        """All alerts of the tenant, oldest first."""
        return self.fleet.rows("SELECT * FROM alerts ORDER BY opened_at, type, alert_id")

    @property
    def source_id(self) -> UUID:
        """Names the source."""
        return self.source.source_id
