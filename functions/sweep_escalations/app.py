"""Every minute: what executions have left undone, and the dead-man's switch."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse import clock
from pulse.escalation.sweep import sweep_escalations
from pulse.logging import logger
from pulse.settings import settings

settings().require("database_secret_arn", "event_bus_name", "escalation_state_machine_arn")

# What is not done by then is done by the next minute's run.
_BUDGET = timedelta(seconds=35)


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how many escalations were done in their executions' place, and how many could not be."""
    audit = sweep_escalations(clock.now(), budget=_BUDGET)
    logger.info("escalations_swept", repaired=audit.repaired, failed=audit.failed)
    return audit._asdict()
