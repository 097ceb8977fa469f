"""API keys of the caller's tenant."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from customer_api.routes.users import TenantRole
from pulse.api.etags import IfMatch
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.api.types import Instant, Label, Name
from pulse.identity import api_keys
from pulse.identity.api_key import ApiKey
from pulse.identity.api_keys import ApiKeyRequest, NewApiKey
from pulse.identity.key_lists import KeyPosition
from pulse.identity.permissions import Permission, Role
from pulse.models import Input

routes = Routes("API keys")
_CURSOR = Cursor(KeyPosition)


class ApiKeyPage(CountedPage[ApiKey]):
    """A page of API keys."""


class CreateApiKey(Input):
    """A key that is wanted."""

    name: Label = Field(description="What uses it")
    role: TenantRole
    scopes: list[Permission] | None = Field(
        None,
        min_length=1,
        description="What of its role the key may use; without them everything but what is for people alone",
    )
    expires_at: Instant | None = Field(None, description="At most 730 days from now; without it in 365 days")


class RotateApiKey(Input):
    """How to change over."""

    overlap_seconds: int = Field(86_400, ge=0, le=604_800, description="For how long the secret of now still works")


@routes.get("/customer/api-keys", permission=Permission.READ_API_KEYS)
def list_api_keys(limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> ApiKeyPage:
    """List API keys, the newest first, revoked ones too."""
    page = api_keys.list_api_keys(principal(), limit=limit, after=_CURSOR.decode(cursor))
    return ApiKeyPage(items=page.keys, next_cursor=_CURSOR.encode(page.next_position), total=page.total)


@routes.post(
    "/customer/api-keys", permission=Permission.MANAGE_API_KEYS, status=HTTPStatus.CREATED, answers_secret=True
)
def create_api_key(body: Annotated[CreateApiKey, Body()]) -> NewApiKey:
    """Make an API key.

    The answer has the key's text, which is not shown again.
    """
    wanted = ApiKeyRequest(
        name=body.name,
        role=Role(body.role),
        scopes=None if body.scopes is None else frozenset(body.scopes),
        expires_at=body.expires_at,
    )
    return api_keys.create_api_key(principal(), wanted, origin=origin())


@routes.get("/customer/api-keys/<key_id>", permission=Permission.READ_API_KEYS)
def get_api_key(key_id: Name) -> ApiKey:
    """Read an API key, without its secret."""
    return api_keys.get_api_key(principal(), key_id)


@routes.post("/customer/api-keys/<key_id>/rotate", permission=Permission.MANAGE_API_KEYS, answers_secret=True)
def rotate_api_key(
    key_id: Name, body: Annotated[RotateApiKey | None, Body()] = None, if_match: IfMatch = None
) -> NewApiKey:
    """Give an API key a new secret.

    The secret of now works for a while longer, a day unless the body says otherwise. The body may be left out.
    """
    overlap = timedelta(seconds=(body or RotateApiKey(overlap_seconds=86_400)).overlap_seconds)
    return api_keys.rotate_api_key(principal(), key_id, overlap=overlap, if_match=if_match, origin=origin())


@routes.delete("/customer/api-keys/<key_id>", permission=Permission.MANAGE_API_KEYS, while_suspended=True)
def revoke_api_key(key_id: Name, if_match: IfMatch = None) -> None:
    """Revoke an API key: within a minute it opens nothing. It stays listed."""
    api_keys.revoke_api_key(principal(), key_id, if_match=if_match, origin=origin())
