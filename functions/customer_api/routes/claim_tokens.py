"""Claim tokens, with which a factory's devices bring themselves in."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field, StringConstraints

from pulse.api.paging import DEFAULT_LIMIT, Cursor, CursorText, Limit, Page
from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.api.types import Label, Name
from pulse.devices import claim_tokens
from pulse.devices.claim_token import LONGEST_DAYS, MAXIMUM_DEVICES, ClaimToken, NewClaimToken
from pulse.devices.claim_tokens import ClaimTokenPosition, ClaimTokenRequest
from pulse.identity.permissions import Permission
from pulse.input_errors import in_words
from pulse.models import Input

routes = Routes("Claim tokens")
_CURSOR = Cursor(ClaimTokenPosition)
_TOKEN = "/customer/claim-tokens/<claim_id>"  # noqa: S105 - a path, no secret


class ClaimTokenPage(Page[ClaimToken]):
    """A page of claim tokens, newest first."""


class CreateClaimToken(Input):
    """A claim token that is wanted."""

    label: Label = Field(description="What it is for, such as a production line")
    site_id: Name = Field(description="The site that devices are registered at")
    device_type: Name = Field(description="What they are")
    device_id_prefix: Annotated[
        str,
        StringConstraints(
            pattern=in_words(
                r"^([A-Za-z0-9][A-Za-z0-9_.-]{0,49})?$",
                "must be at most 50 letters, digits, dots, hyphens and underscores, a letter or digit first",
            )
        ),
    ] = Field("", description="How their ids must begin")
    max_devices: int = Field(ge=1, le=MAXIMUM_DEVICES, description="How many devices may come in with it")
    expires_in_days: int = Field(30, ge=1, le=LONGEST_DAYS)


@routes.get("/customer/claim-tokens", permission=Permission.READ_CREDENTIALS)
def list_claim_tokens(limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> ClaimTokenPage:
    """List claim tokens, newest first, ended ones too."""
    page = claim_tokens.list_claim_tokens(principal(), limit=limit, after=_CURSOR.decode(cursor))
    return ClaimTokenPage(items=page.tokens, next_cursor=_CURSOR.encode(page.next_position))


@routes.post(
    "/customer/claim-tokens",
    permission=Permission.MANAGE_CREDENTIALS,
    status=HTTPStatus.CREATED,
    answers_secret=True,
)
def create_claim_token(body: Annotated[CreateClaimToken, Body()]) -> NewClaimToken:
    """Make a claim token, which is shown this once.

    Whoever has it brings in so many devices of that type, at that site, with ids that begin so; never a device that
    has had a credential.
    """
    return claim_tokens.create_claim_token(
        principal(),
        ClaimTokenRequest(
            **body.model_dump(exclude={"expires_in_days"}), lifetime=timedelta(days=body.expires_in_days)
        ),
        origin=origin(),
    )


@routes.get(_TOKEN, permission=Permission.READ_CREDENTIALS)
def get_claim_token(claim_id: Name) -> ClaimToken:
    """Read a claim token: how many devices have come in with it, and whether it is good."""
    return claim_tokens.get_claim_token(principal(), claim_id)


@routes.delete(_TOKEN, permission=Permission.MANAGE_CREDENTIALS)
def revoke_claim_token(claim_id: Name) -> None:
    """End a claim token at once. The devices that came in with it stay."""
    claim_tokens.revoke_claim_token(principal(), claim_id, origin=origin())
