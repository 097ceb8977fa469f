"""Devices as the programs of a factory or an installer bring them in."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse.api.etags import IfMatch
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Instant, Name, Remark, SigningRequest, Title
from pulse.devices import editing, lifecycle, queries, search
from pulse.devices.activation import ActivationCode, create_activation_code
from pulse.devices.credential import CredentialKind
from pulse.devices.credentials import CredentialRequest, issue_credential
from pulse.devices.device_filter import DeviceFilter
from pulse.devices.handover import NewCredential, hand_over
from pulse.devices.queries import Device, DeviceDetail
from pulse.devices.registration import DeviceRegistration
from pulse.devices.search import DevicePosition, DeviceSort
from pulse.identity.permissions import Permission
from pulse.models import Input

routes = Routes("Provisioning")
_CURSOR = Cursor(DevicePosition)


class ProvisionedDevicePage(CountedPage[Device]):
    """A page of devices in the order of their ids; `total` is as it was on the first page."""


class GiveReason(Input):
    """Why something is done to a device."""

    reason: Remark


class ProvisionCredential(Input):
    """A credential that is wanted."""

    kind: CredentialKind = CredentialKind.CERTIFICATE
    signing_request: SigningRequest | None = Field(
        None,
        description="PEM request that the device signed with its own key; its common name is the device id. "
        "Without one the answer has a key that was made for it",
    )
    label: Title = Field("", description="What it is for, such as a production line")
    expires_at: Instant | None = Field(None, description="Without it as late as the broker allows")


@routes.get("/provision/v1/devices", permission=Permission.READ_DEVICES)
def list_provisioned_devices(limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> ProvisionedDevicePage:
    """List devices in the order of their ids. The customer API's list has filters."""
    page = search.list_devices(
        tenant(),
        DeviceFilter(),
        group_id=None,
        sort=DeviceSort.DEVICE_ID,
        descending=False,
        limit=limit,
        after=_CURSOR.decode(cursor),
    )
    return ProvisionedDevicePage(items=page.devices, next_cursor=_CURSOR.encode(page.next_position), total=page.total)


@routes.get("/provision/v1/devices/<device_id>", permission=Permission.READ_DEVICES)
def get_provisioned_device(device_id: Name) -> DeviceDetail:
    """Read a device: its registry entry and its state."""
    return queries.get_device(tenant(), device_id)


@routes.post(
    "/provision/v1/devices", permission=Permission.PROVISION, status=HTTPStatus.CREATED, also=(HTTPStatus.CONFLICT,)
)
def provision_device(body: Annotated[DeviceRegistration, Body()]) -> DeviceDetail:
    """Enter a device.

    400 names a site, type or gateway that does not exist; 409 when the id is taken, or all device seats are.
    """
    return editing.create_device(principal(), body, origin=origin(), permission=Permission.PROVISION)


@routes.post(
    "/provision/v1/devices/<device_id>/decommission", permission=Permission.PROVISION, also=(HTTPStatus.CONFLICT,)
)
def decommission_provisioned_device(
    device_id: Name, body: Annotated[GiveReason, Body()], if_match: IfMatch = None
) -> DeviceDetail:
    """Put a device out of service for good, such as one that has come back or fails its test.

    Its credentials are revoked, its alerts close, its seat is free. What it has sent stays.
    """
    return lifecycle.decommission_device(
        principal(), device_id, reason=body.reason, if_match=if_match, origin=origin(), permission=Permission.PROVISION
    )


@routes.post(
    "/provision/v1/devices/<device_id>/credentials",
    permission=Permission.PROVISION,
    status=HTTPStatus.CREATED,
    answers_secret=True,
)
def provision_credential(device_id: Name, body: Annotated[ProvisionCredential | None, Body()] = None) -> NewCredential:
    """Issue a credential.

    The answer has everything that the device needs to come in. A token and a key that was made here are not shown
    again. The body may be left out.
    """
    body = body or ProvisionCredential.model_validate({})
    wanted = CredentialRequest(
        kind=body.kind, signing_request=body.signing_request, label=body.label, expires_at=body.expires_at
    )
    issued = issue_credential(principal(), device_id, wanted, origin=origin(), permission=Permission.PROVISION)
    return hand_over(tenant(), device_id, issued)


@routes.post(
    "/provision/v1/devices/<device_id>/activation-code",
    permission=Permission.PROVISION,
    status=HTTPStatus.CREATED,
    answers_secret=True,
)
def provision_activation_code(device_id: Name) -> ActivationCode:
    """Make a code with which the device fetches its own certificate. It is not shown again."""
    return create_activation_code(principal(), device_id, origin=origin(), permission=Permission.PROVISION)
