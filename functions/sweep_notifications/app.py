"""Every minute: notification jobs that are overdue go onto the queue again."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse import clock
from pulse.logging import logger
from pulse.notifications.sweep import sweep_jobs
from pulse.settings import settings

settings().require("database_secret_arn", "delivery_queue_url")


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how many jobs were overdue."""
    overdue = sweep_jobs(clock.now())
    logger.info("notifications_swept", overdue=overdue)
    return {"overdue": overdue}
