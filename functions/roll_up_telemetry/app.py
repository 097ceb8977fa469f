"""Every minute: hourly summaries of telemetry that are due."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse import clock
from pulse.logging import logger
from pulse.settings import settings
from pulse.telemetry.rollup import roll_up

settings().require("database_secret_arn")

# What is not done by then is done by the next minute's run; until then its hours are read from the readings.
_BUDGET = timedelta(seconds=40)


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how many hours of devices were summarized."""
    hours = roll_up(clock.now(), budget=_BUDGET)
    logger.info("telemetry_rolled_up", hours=hours)
    return {"hours": hours}
