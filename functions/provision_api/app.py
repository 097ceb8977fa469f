"""The provisioning API: devices that fetch their own certificate, and programs that bring devices in."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from provision_api.routes import activation, claiming, devices
from pulse.api.resolver import Api
from pulse.logging import logger
from pulse.settings import settings

settings().require("database_secret_arn", "event_bus_name", "transient_table_name")

api = Api(activation.routes, claiming.routes, devices.routes)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a request of the HTTP API (payload format 2.0)."""
    return api.handle(event, context)
