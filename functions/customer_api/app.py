"""The customer API: one tenant's fleet, its telemetry and its alerts."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from customer_api.surface import SURFACE
from pulse.api.resolver import Api
from pulse.logging import logger
from pulse.settings import settings

settings().require(
    "database_secret_arn",
    "delivery_queue_url",
    "event_bus_name",
    "exports_bucket_name",
    "notification_key_arn",
    "transient_table_name",
    "user_pool_id",
    "websocket_url",
)

api = Api(surface=SURFACE)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a request of the HTTP API (payload format 2.0)."""
    return api.handle(event, context)
