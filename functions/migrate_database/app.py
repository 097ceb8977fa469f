"""On each deploy (a CloudFormation custom resource) or by hand: bring up to date what outlives a deploy.

That is the schema, the services' login, and what devices may do at the broker.
"""

from pathlib import Path
from typing import Any

import httpx
from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse.database.connection import read_secret_url
from pulse.database.migrations import apply_migrations, read_migrations
from pulse.database.service_login import provision_service_login
from pulse.logging import logger
from pulse.settings import settings
from pulse.tenants.policies import renew_policies

SETTINGS = settings().require("database_owner_secret_arn", "database_secret_arn")
MIGRATIONS = Path(__file__).parent / "migrations"


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer what was done; as a custom resource tell CloudFormation success or the reason."""
    if "ResponseURL" not in event:
        return migrate()
    try:
        data = migrate() if event["RequestType"] != "Delete" else {}  # the data outlives the stack
    except Exception as error:
        # Not raised again: CloudFormation knows, and Lambda would only run the migration once more.
        logger.exception("migration_failed")
        _answer(event, context, status="FAILED", reason=f"{error}; log stream {context.log_stream_name}", data={})
        return {}
    _answer(event, context, status="SUCCESS", reason="", data={"Version": data.get("version", "")})
    return data


def migrate() -> dict[str, Any]:
    """Apply what is missing, make sure that the services can log in, then renew the policies."""
    owner_secret_arn = str(SETTINGS.database_owner_secret_arn)
    migrations = read_migrations(MIGRATIONS)
    applied = apply_migrations(read_secret_url(owner_secret_arn), migrations)
    provision_service_login(
        owner_secret_arn, str(SETTINGS.database_secret_arn), pooler_address=SETTINGS.database_pooler_address
    )
    logger.info("database_migrated", applied=applied)
    return {"applied": applied, "version": migrations[-1].name, "policies": renew_policies()}


def _answer(event: dict[str, Any], context: LambdaContext, *, status: str, reason: str, data: dict[str, Any]) -> None:
    """The custom resource protocol: a PUT to the address that CloudFormation gave."""
    answer = {
        "Status": status,
        "Reason": reason[:1000],
        "PhysicalResourceId": event.get("PhysicalResourceId", "database-schema"),
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": data,
    }
    # An empty content type: the presigned address was signed without one.
    response = httpx.put(event["ResponseURL"], json=answer, headers={"content-type": ""}, timeout=20)
    response.raise_for_status()
    logger.info("custom_resource_answered", status=status, function=context.function_name)
