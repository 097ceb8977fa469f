"""Lambda authorizer of the HTTP API and of the WebSocket API: who is calling?

HTTP (payload format 2.0, simple response): a refused caller is let through as nobody, with the reason in the context,
and `pulse.api` answers 401 or 403 before anything else happens. An HTTP API turns a denial into a bare 403, which a
client with an expired token can't tell from a missing role, and documents no way to a 401 from here.

WebSocket (`$connect`): there is no frame behind it, so a refused caller is denied by policy. A connection brings a
ticket: a browser can't send headers with it, and an address must hold nothing that works twice.

Whoever can't be judged for want of the database or the pool's keys is let in nowhere: a request is answered 503 by the
frame, a connection 500 by API Gateway.
"""

from typing import Any

import psycopg
from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse.identity.access import Client
from pulse.identity.authentication import authenticate, authenticate_ticket
from pulse.identity.edge import callers_address
from pulse.identity.errors import CallerNotJudgedError, CallerRefusedError, TokenRefusedError
from pulse.identity.keys import KeysUnavailableError
from pulse.logging import logger
from pulse.metrics import count
from pulse.settings import settings
from pulse.transient import TransientUnavailableError

settings().require("database_secret_arn", "user_pool_client_id", "token_issuer", "jwks_url")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Return the caller as the context of the request or connection, or the reason why there is none."""
    with logger.append_context_keys(request_id=event["requestContext"]["requestId"]):
        context = _identify(event)
    if "methodArn" not in event:
        return {"isAuthorized": True, "context": context}
    if context.get("refusal") == CallerNotJudgedError.reason:
        raise CallerNotJudgedError
    return {
        "principalId": context.get("user_id", "nobody"),
        "policyDocument": _policy(event["methodArn"], "Allow" if "user_id" in context else "Deny"),
        "context": context,
    }


def _identify(event: dict[str, Any]) -> dict[str, str]:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    origin = event["requestContext"].get("http") or event["requestContext"].get("identity") or {}
    client = Client(callers_address(origin.get("sourceIp", ""), headers), headers.get("user-agent", ""))
    try:
        if "methodArn" in event:
            caller = authenticate_ticket(event["queryStringParameters"]["ticket"], client)
        else:
            caller = authenticate(headers.get("authorization", ""), client)
    except (TokenRefusedError, CallerRefusedError) as refusal:
        logger.warning("caller_refused", reason=refusal.reason, ip_address=str(client.address))
        return {"refusal": refusal.reason}
    except (psycopg.OperationalError, KeysUnavailableError, TransientUnavailableError):
        logger.exception("caller_not_judged")
        count("CallersNotJudged")
        return {"refusal": CallerNotJudgedError.reason}
    logger.info("caller_known", user_id=caller.user_id, tenant_id=caller.tenant_id)
    return caller.as_context()


def _policy(method_arn: str, effect: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Action": "execute-api:Invoke", "Effect": effect, "Resource": method_arn}],
    }
