"""An execution wakes: the step that is due is taken, if it still is."""

from typing import Any
from uuid import UUID

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse import clock
from pulse.escalation.advancing import wake
from pulse.escalation.executions import format_wake
from pulse.logging import logger
from pulse.settings import settings

settings().require("database_secret_arn", "event_bus_name")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Return what the execution goes on with: when to wake again, or null to end."""
    due_at = wake(event["tenant_id"], UUID(event["alert_id"]), event["generation"], clock.now())
    logger.info("execution_woke", tenant_id=event["tenant_id"], alert_id=event["alert_id"], due_at=due_at)
    return {**event, "due_at": format_wake(due_at) if due_at else None}
