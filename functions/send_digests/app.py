"""Every minute: digests whose period has ended are sent."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse import clock
from pulse.digests.sending import send_digests
from pulse.logging import logger
from pulse.settings import settings

settings().require("database_secret_arn")

# What is not done by then is done by the next minute's run.
_BUDGET = timedelta(seconds=40)


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how many digests were sent, put off, given up or called off."""
    counts = send_digests(clock.now(), budget=_BUDGET)
    logger.info("digests_sent", extra=counts)
    return counts
