"""Keys of the operator plane, for programs that scrape metrics and for wall screens."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.api.types import Instant, Label, Name
from pulse.identity import operator_keys
from pulse.identity.key_lists import KeyPosition
from pulse.identity.operator_key import NewOperatorKey, OperatorKey, OperatorScope
from pulse.identity.permissions import Permission
from pulse.models import Input

routes = Routes("Operator: keys")
_CURSOR = Cursor(KeyPosition)


class OperatorKeyPage(CountedPage[OperatorKey]):
    """A page of keys."""


class CreateOperatorKey(Input):
    """A key that is wanted."""

    name: Label = Field(description="What uses it, such as the screen in the hall")
    scope: OperatorScope = Field(description="`metrics` for Prometheus, `noc` for a wall screen")
    expires_at: Instant | None = Field(None, description="At most 365 days from now; without it in 90 days")


@routes.get("/operator/keys", permission=Permission.OPERATOR_READ_KEYS)
def list_operator_keys(limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> OperatorKeyPage:
    """List keys, the newest first, revoked ones too."""
    page = operator_keys.list_operator_keys(principal(), limit=limit, after=_CURSOR.decode(cursor), origin=origin())
    return OperatorKeyPage(items=page.keys, next_cursor=_CURSOR.encode(page.next_position), total=page.total)


@routes.post(
    "/operator/keys", permission=Permission.OPERATOR_MANAGE_KEYS, status=HTTPStatus.CREATED, answers_secret=True
)
def create_operator_key(body: Annotated[CreateOperatorKey, Body()]) -> NewOperatorKey:
    """Make a key that reads one thing: the metrics, or the feeds of the operations centre.

    The answer has the key's text, which is not shown again.
    """
    return operator_keys.create_operator_key(
        principal(), name=body.name, scope=body.scope, expires_at=body.expires_at, origin=origin()
    )


@routes.delete("/operator/keys/<operator_key_id>", permission=Permission.OPERATOR_MANAGE_KEYS)
def revoke_operator_key(operator_key_id: Name) -> None:
    """Revoke a key: within a minute it opens nothing. It stays listed."""
    operator_keys.revoke_operator_key(principal(), operator_key_id, origin=origin())
