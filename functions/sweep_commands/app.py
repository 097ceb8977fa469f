"""Every minute: commands whose time is over, and those that are to be handed over again."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse import clock
from pulse.commands.sweep import sweep_commands
from pulse.logging import logger
from pulse.settings import settings

settings().require("database_secret_arn", "event_bus_name")

# What is not done by then is done by the next minute's run.
_BUDGET = timedelta(seconds=40)


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how many commands were given up and published."""
    counts = sweep_commands(clock.now(), budget=_BUDGET)
    logger.info("commands_swept", extra=counts)
    return counts
