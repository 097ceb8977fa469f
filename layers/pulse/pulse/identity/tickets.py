"""Tickets: how a browser, which can't send headers with a WebSocket, proves who is connecting.

A ticket is fetched with the access token, is good for half a minute and for one connection, and is kept as a hash:
whoever reads an address in a log finds nothing in it that still works.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, NamedTuple

from pydantic import Field

from pulse import clock
from pulse.clock import format_instant
from pulse.errors import UnavailableError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Principal
from pulse.models import Model
from pulse.settings import settings
from pulse.transient import Key, TransientUnavailableError, take_entry, write_entry

LIFETIME: Final = timedelta(seconds=30)


class Ticket(Model):
    """A way in for one connection."""

    ticket: str = Field(description="Good for one connection")
    url: str = Field(description="Where to connect; the ticket is in it already")
    expires_at: datetime


class Redeemed(NamedTuple):
    """Whom a ticket was issued to, and when."""

    caller: Principal
    issued_at: datetime


def issue_ticket(caller: Principal) -> Ticket:
    """A ticket for the caller. Raises NotPermittedError, and UnavailableError when it can't be kept."""
    caller.require(Permission.FOLLOW_LIVE)
    text, now = secrets.token_urlsafe(32), clock.now()
    try:
        write_entry(_key(text), {**caller.as_context(), "issued_at": format_instant(now)}, lifetime=LIFETIME)
    except TransientUnavailableError as error:
        message = "live updates are away for the moment; try again in some seconds"
        raise UnavailableError(message) from error
    url = settings().require("websocket_url").websocket_url
    return Ticket(ticket=text, url=f"{url}?ticket={text}", expires_at=now + LIFETIME)


def redeem_ticket(text: str) -> Redeemed | None:
    """What a ticket says, once; None when it is unknown, used or too old. Raises TransientUnavailableError."""
    values = take_entry(_key(text))
    if values is None:
        return None
    context = {name: str(value) for name, value in values.items()}
    caller = Principal.from_context(context)
    return Redeemed(caller, datetime.fromisoformat(context["issued_at"])) if caller else None


def _key(text: str) -> Key:
    return Key(f"TICKET#{sha256(text.encode()).hexdigest()}", "caller")
