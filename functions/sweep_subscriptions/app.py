"""Every hour: subscriptions that come to another status, notices before their terms end, tenants that expired."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse import clock
from pulse.logging import logger
from pulse.settings import settings
from pulse.subscriptions.expiry import delete_expired_tenants
from pulse.subscriptions.sweep import sweep_subscriptions

settings().require("database_secret_arn", "event_bus_name")

# What is not done by then is done by the next hour's run.
_BUDGET = timedelta(seconds=210)
_BUDGET_OF_DELETION = timedelta(seconds=30)


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how many steps were taken, notices given and tenants deleted."""
    now = clock.now()
    counts = sweep_subscriptions(now, budget=_BUDGET)
    counts["tenants_deleted"] = delete_expired_tenants(now, budget=_BUDGET_OF_DELETION)
    logger.info("subscriptions_swept", extra=counts)
    return counts
