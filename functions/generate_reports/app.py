"""Every quarter of an hour: reports whose period has ended are made and sent."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse import clock
from pulse.logging import logger
from pulse.reports.generating import generate_reports
from pulse.settings import settings

settings().require("database_secret_arn")

# What is not done by then is done by the next run.
_BUDGET = timedelta(minutes=10)


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how many reports were made, put off, given up or called off."""
    counts = generate_reports(clock.now(), budget=_BUDGET)
    logger.info("reports_generated", extra=counts)
    return counts
