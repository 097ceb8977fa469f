"""Every minute: deadlines of device state, durations of rules, and what the stream missed."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse.alerts.sweeping.watch import watch
from pulse.logging import logger
from pulse.settings import settings

settings().require("database_secret_arn", "event_bus_name", "telemetry_queue_url")

# What is not done by then is done by the next minute's run.
_BUDGET = timedelta(seconds=45)


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how many devices and runs each step handled."""
    counts = watch(budget=_BUDGET)
    logger.info("fleet_evaluated", extra=counts)
    return counts
