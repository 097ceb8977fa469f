"""Cognito's pre-token trigger, event version 2: tenant, e-mail and roles go into the access token."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse.identity.claims import override_details
from pulse.logging import logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Return the event with what to add; an exception makes the pool issue no token."""
    details = override_details(event)
    event["response"]["claimsAndScopeOverrideDetails"] = details
    claims = details["accessTokenGeneration"]["claimsToAddOrOverride"]
    logger.info(
        "token_claims_added",
        trigger=event["triggerSource"],
        username=event["userName"],
        tenant_id=claims.get("tenant_id"),
        roles=claims["roles"],
    )
    return event
