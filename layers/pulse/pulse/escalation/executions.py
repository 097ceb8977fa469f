"""Executions of the state machine that sleeps until something is due."""

from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

import boto3
import orjson
from botocore.config import Config
from botocore.exceptions import ClientError

from pulse.clock import format_instant
from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient

_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})


def start_execution(tenant_id: str, alert_id: UUID, generation: int, wakes_at: datetime) -> None:
    """Start an execution. Its name is the alert's and the generation's: starting it a second time does nothing."""
    machine = str(settings().require("escalation_state_machine_arn").escalation_state_machine_arn)
    wake = {
        "tenant_id": tenant_id,
        "alert_id": str(alert_id),
        "generation": generation,
        "due_at": format_wake(wakes_at),
    }
    try:
        _client().start_execution(
            stateMachineArn=machine, name=f"{alert_id}-{generation}", input=orjson.dumps(wake).decode()
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
            raise


def format_wake(instant: datetime) -> str:
    """A timestamp as the state machine takes it. A second later at most, so that what is due then is due."""
    return format_instant(instant + timedelta(seconds=1))[:19] + "Z"


@cache
def _client() -> "SFNClient":
    return boto3.client("stepfunctions", config=_CONFIG)
