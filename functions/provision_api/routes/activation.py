"""Where a device fetches its own certificate."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse.api.request import origin
from pulse.api.routes import PUBLIC, Routes
from pulse.api.types import Name, SigningRequest
from pulse.devices.activation import activate
from pulse.devices.handover import ActivatedDevice, hand_over_activated
from pulse.limits.definitions import LimitName
from pulse.models import Input

routes = Routes("Activation")


class ActivateDevice(Input):
    """What a device has to show."""

    code: Name = Field(description="As it was given out; hyphens, blanks and lower case make no difference")
    signing_request: SigningRequest | None = Field(
        None,
        description="PEM request that the device signed with its own key; its common name is the device id. "
        "Without one the answer has a key that was made for it",
    )


@routes.post(
    "/provision/v1/activate",
    permission=PUBLIC,
    status=HTTPStatus.CREATED,
    also=(HTTPStatus.UNAUTHORIZED, HTTPStatus.CONFLICT),
    limits=(LimitName.ACTIVATION,),
)
def activate_device(body: Annotated[ActivateDevice, Body()]) -> ActivatedDevice:
    """Take an activation code and answer with the device's certificate, the authority to trust, and where to connect.

    No token is needed: the code is the proof. It is used up by the answer. Whether a code that is refused was wrong,
    used or too old is not said.
    """
    return hand_over_activated(activate(body.code, signing_request=body.signing_request, origin=origin()))
