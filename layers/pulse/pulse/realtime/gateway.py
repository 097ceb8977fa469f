"""Speaking to open connections, through API Gateway."""

from functools import cache
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pulse.logging import logger
from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

_CONFIG: Final = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2}, max_pool_connections=16)


def send(connection_id: str, data: bytes) -> bool:
    """Send a message; return whether the connection is still there.

    What fails for another reason is logged and not tried again: the next message, or the reader's own refetch, heals.
    """
    client = _client()
    try:
        client.post_to_connection(ConnectionId=connection_id, Data=data)
    except client.exceptions.GoneException:
        return False
    except (BotoCoreError, ClientError) as error:
        logger.warning("message_not_sent", connection_id=connection_id, reason=str(error))
    return True


def disconnect(connection_id: str) -> None:
    """Close a connection, if it is still there."""
    client = _client()
    try:
        client.delete_connection(ConnectionId=connection_id)
    except client.exceptions.GoneException:
        return
    except (BotoCoreError, ClientError) as error:
        logger.warning("connection_not_closed", connection_id=connection_id, reason=str(error))


@cache
def _client() -> "ApiGatewayManagementApiClient":
    url = settings().require("websocket_management_url").websocket_management_url
    return boto3.client("apigatewaymanagementapi", endpoint_url=url, config=_CONFIG)
