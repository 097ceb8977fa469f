"""Lambda authorizer of the HTTP API (payload format 2.0, simple response): who is calling?

A refused caller is let through as nobody, with the reason in the context, and `pulse.api` answers 401 or 403 before
anything else happens. An HTTP API turns a denial into a bare 403, which a client with an expired token can't tell
from a missing role, and documents no way to a 401 from here; an exception counts as an error of this function.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse.identity.authentication import authenticate
from pulse.identity.errors import TenantInactiveError, TokenRefusedError
from pulse.logging import logger
from pulse.settings import settings

settings().require("database_secret_arn", "user_pool_client_id", "token_issuer", "jwks_url")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Return the caller as the context of the request, or the reason why there is none."""
    try:
        caller = authenticate(event.get("headers", {}).get("authorization", ""))
    except (TokenRefusedError, TenantInactiveError) as refusal:
        address = event["requestContext"]["http"]["sourceIp"]
        logger.warning("caller_refused", reason=refusal.reason, route=event["routeKey"], ip_address=address)
        return {"isAuthorized": True, "context": {"refusal": refusal.reason}}
    logger.info("caller_known", user_id=caller.user_id, tenant_id=caller.tenant_id)
    return {"isAuthorized": True, "context": caller.as_context()}
