"""Commands to devices: what the bus tells of makes them due, and whoever is connected gets them at once."""

from datetime import timedelta
from typing import Any

import orjson
from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse import clock
from pulse.commands.happenings import Happening, carry_out
from pulse.logging import logger
from pulse.settings import settings

settings().require("database_secret_arn", "event_bus_name")

# What is left then is due still: the minute sweep goes on with it.
_BUDGET = timedelta(seconds=20)


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how many commands were published."""
    return {"published": carry_out([_read(record["body"]) for record in event["Records"]], clock.now(), budget=_BUDGET)}


def _read(body: str) -> Happening:
    entry = orjson.loads(body)
    return Happening(entry["detail-type"], entry["detail"])
