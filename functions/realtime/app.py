"""The WebSocket API: a client connects, says what it follows, and leaves.

Answers go through the management API, as the gateway sends nothing back by itself without a route response.
"""

from typing import Any

import orjson
from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse.clock import from_epoch_milliseconds
from pulse.identity.principal import Principal
from pulse.logging import logger
from pulse.realtime import conversation
from pulse.realtime.gateway import send
from pulse.settings import settings

settings().require("transient_table_name", "websocket_management_url")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Take what a connection does: $connect, $disconnect, or a message."""
    request = event["requestContext"]
    connection_id, route = request["connectionId"], request["routeKey"]
    logger.info("connection_event", route=route, connection_id=connection_id)
    if route == "$disconnect":
        conversation.end(connection_id)
    elif route != "$connect":
        caller = Principal.from_context(request.get("authorizer") or {})
        assert caller is not None, "the authorizer lets nobody connect without a caller"
        answer = conversation.answer(
            caller,
            connection_id,
            request["identity"].get("sourceIp", ""),
            from_epoch_milliseconds(request["connectedAt"]),
            event.get("body") or "",
        )
        send(connection_id, orjson.dumps(answer))
    return {"statusCode": 200}
