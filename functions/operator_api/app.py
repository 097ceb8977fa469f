"""The operator API: across all tenants, and the installation itself. Every call is audited."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from operator_api.surface import SURFACE
from pulse.api.resolver import Api
from pulse.logging import logger
from pulse.settings import settings

settings().require("database_secret_arn", "event_bus_name", "user_pool_id", "transient_table_name", "stack_name")

api = Api(surface=SURFACE)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a request of the HTTP API (payload format 2.0)."""
    return api.handle(event, context)
