"""Every minute: ends of credentials and the warnings before them."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse import clock
from pulse.devices.sweep import sweep_devices
from pulse.logging import logger
from pulse.settings import settings

settings().require("database_secret_arn", "event_bus_name")

# What is not done by then is done by the next minute's run.
_BUDGET = timedelta(seconds=40)


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how many credentials each step handled."""
    counts = sweep_devices(clock.now(), budget=_BUDGET)
    logger.info("devices_swept", extra=counts)
    return counts
