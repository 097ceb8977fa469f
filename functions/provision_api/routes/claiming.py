"""Where a factory's devices bring themselves in."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse.api.request import origin
from pulse.api.routes import PUBLIC, Routes
from pulse.api.types import Name, SigningRequest
from pulse.devices.claiming import Claim, claim_device
from pulse.devices.credential import CredentialKind
from pulse.devices.handover import ActivatedDevice, hand_over_activated
from pulse.limits.definitions import LimitName

routes = Routes("Activation")


class ClaimDevice(Claim):
    """What a device has to show, and what it says of itself."""

    token: Name = Field(description="The factory's claim token, `pc_…_…`")
    kind: CredentialKind = CredentialKind.CERTIFICATE
    signing_request: SigningRequest | None = Field(
        None,
        description="PEM request that the device signed with its own key; its common name is the device id. "
        "Without one the answer has a key that was made for it",
    )


@routes.post(
    "/provision/v1/claim",
    permission=PUBLIC,
    status=HTTPStatus.CREATED,
    also=(HTTPStatus.UNAUTHORIZED, HTTPStatus.CONFLICT),
    limits=(LimitName.CLAIM,),
)
def claim_certificate(body: Annotated[ClaimDevice, Body()]) -> ActivatedDevice:
    """Take a factory's claim token, register the device, and answer with its credential and where to connect.

    No other token is needed. A device that was registered before comes in as well, as long as it has had no
    credential. Whether a claim token that is refused was wrong, used up, revoked or too old is not said.
    """
    claim = Claim.model_validate(body.model_dump(exclude={"token", "kind", "signing_request"}))
    activated = claim_device(body.token, claim, kind=body.kind, signing_request=body.signing_request, origin=origin())
    return hand_over_activated(activated)
