"""Every minute: what the installation is like is measured, kept and judged; and what tenants use is metered."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse import clock
from pulse.events.outbox import publish_after_commit
from pulse.logging import logger
from pulse.operations.collection import collect_metrics
from pulse.settings import settings
from pulse.usage.meter import meter_usage

settings().require("database_secret_arn", "event_bus_name", "transient_table_name", "stack_name")

_METERED_EVERY_MINUTES = 5


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how many values were kept, how many sources failed, and how many alerts that opened and closed."""
    now = clock.now()
    counts = collect_metrics(now)
    if counts["alerts_opened"] or counts["alerts_closed"]:
        publish_after_commit()
    if now.minute % _METERED_EVERY_MINUTES == 0:
        counts["tenants_metered"] = meter_usage(now)
    logger.info("metrics_collected", extra=counts)
    return counts
