"""Every day: what is older than its retention goes."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse import clock
from pulse.logging import logger
from pulse.operations.maintenance import maintain
from pulse.settings import settings

settings().require("database_secret_arn")


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how much of each kind went. A chore that fails lets the others be done and then fails the run."""
    done = maintain(clock.now())
    logger.info("database_maintained", extra=done)
    return done
