"""Every minute: tell of on-call schedules with other people than before."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse import clock
from pulse.logging import logger
from pulse.oncall.announcements import announce_shift_changes
from pulse.settings import settings

settings().require("database_secret_arn", "event_bus_name")

# What is not done by then is done by the next minute's run.
_BUDGET = timedelta(seconds=40)


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how many schedules have other people on call."""
    changed = announce_shift_changes(clock.now(), budget=_BUDGET)
    logger.info("shift_changes_announced", changed=changed)
    return {"changed": changed}
