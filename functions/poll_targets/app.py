"""Every minute: targets that are due go to the queue of polls, gateways are told what they ask, and looked after."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse import clock
from pulse.logging import logger
from pulse.settings import settings
from pulse.targets.assigning import write_assignments
from pulse.targets.overdue import look_after_results
from pulse.targets.polling import hand_out_due

settings().require("database_secret_arn", "poll_queue_url", "notification_key_arn")

# What is not done by then is done by the next minute's run.
_BUDGET = timedelta(seconds=20)
_BUDGET_OF_RESULTS = timedelta(seconds=5)


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how many targets were handed out, how many gateways were told, and how many targets they owe."""
    counts = {
        "targets": hand_out_due(clock.now(), budget=_BUDGET),
        "gateways": write_assignments(clock.now(), budget=_BUDGET),
        "overdue": look_after_results(clock.now(), budget=_BUDGET_OF_RESULTS),
    }
    logger.info("polls_handed_out", extra=counts)
    return counts
