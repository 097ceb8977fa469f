"""Every minute: publish what a crash between commit and publication left in the outbox."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse.events.outbox import publish_due
from pulse.logging import logger
from pulse.settings import settings

settings().require("database_secret_arn", "event_bus_name")

_BATCHES = 100  # of 100 events: what a minute leaves room for; the next run goes on


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how many events were published."""
    published = publish_due(batches=_BATCHES)
    logger.info("outbox_relayed", published=published)
    return {"published": published}
