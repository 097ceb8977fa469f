"""What a connection asks for, and what it is answered: the verbs of a client."""

from datetime import datetime
from typing import Any, Final

from pulse import clock
from pulse.clock import format_instant
from pulse.errors import FieldError, InvalidInputError, PulseError
from pulse.identity.principal import Principal
from pulse.logging import logger
from pulse.realtime.channels import permission_for
from pulse.realtime.followers import Follower, add_channels, channels_followed, forget_connection, remove_channels
from pulse.realtime.requests import MAXIMUM_CHANNELS, Ping, Subscribe, Unsubscribe, read_request
from pulse.transient import TransientUnavailableError

_AWAY: Final = "live updates are away for the moment; try again in some seconds"


def answer(caller: Principal, connection_id: str, address: str, connected_at: datetime, text: str) -> dict[str, Any]:
    """Do what a client's message asks for; return what it is answered."""
    try:
        request = read_request(text)
        match request:
            case Ping():
                return {"type": "pong", "time": format_instant(clock.now())}
            case Subscribe():
                return _subscribe(caller, connection_id, address, connected_at, set(request.channels))
            case Unsubscribe():
                return _unsubscribe(caller, connection_id, set(request.channels))
    except TransientUnavailableError:
        return {"type": "problem", "detail": _AWAY, "errors": []}
    except PulseError as error:
        errors = [{"field": field.field, "reason": field.reason} for field in error.errors]
        return {"type": "problem", "detail": str(error), "errors": errors}


def end(connection_id: str) -> None:
    """Forget a connection that was closed; when that fails, its entries expire."""
    try:
        forget_connection(connection_id)
    except TransientUnavailableError:
        logger.warning("connection_not_forgotten", connection_id=connection_id)


def _subscribe(
    caller: Principal, connection_id: str, address: str, connected_at: datetime, channels: set[str]
) -> dict[str, Any]:
    for channel in sorted(channels):
        tenant_id = caller.require(permission_for(channel))
    followed = channels_followed(connection_id) | channels
    if len(followed) > MAXIMUM_CHANNELS:
        reason = f"would be more than {MAXIMUM_CHANNELS} for this connection"
        message = "that is too much to follow at once"
        raise InvalidInputError(message, errors=(FieldError("channels", reason),))
    add_channels(Follower(connection_id, tenant_id, caller.user_id, caller.session_id, address, connected_at), channels)
    return {"type": "subscribed", "channels": sorted(followed)}


def _unsubscribe(caller: Principal, connection_id: str, channels: set[str]) -> dict[str, Any]:
    followed = channels_followed(connection_id)
    if caller.tenant_id is not None:
        remove_channels(caller.tenant_id, connection_id, channels & followed)
    return {"type": "subscribed", "channels": sorted(followed - channels)}
