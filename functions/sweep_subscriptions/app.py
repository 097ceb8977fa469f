"""Every hour: subscriptions that come to another status, and notices before their terms end."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse import clock
from pulse.logging import logger
from pulse.settings import settings
from pulse.subscriptions.sweep import sweep_subscriptions

settings().require("database_secret_arn", "event_bus_name")

# What is not done by then is done by the next hour's run.
_BUDGET = timedelta(seconds=240)


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how many steps were taken and notices given."""
    counts = sweep_subscriptions(clock.now(), budget=_BUDGET)
    logger.info("subscriptions_swept", extra=counts)
    return counts
