"""Credentials of a device: certificates for MQTT, tokens for HTTP."""

from base64 import b64encode
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import ZIP, Routes
from pulse.api.types import Instant, Name, SigningRequest, Title
from pulse.devices import credential_endings, credentials
from pulse.devices.activation import ActivationCode, create_activation_code
from pulse.devices.bundle import bundle
from pulse.devices.credential import MAXIMUM_OVERLAP, Credential, CredentialKind
from pulse.devices.credential_store import CredentialPosition
from pulse.devices.credentials import CredentialRequest
from pulse.devices.handover import MqttConnection, NewCredential, hand_over, read_mqtt_connection
from pulse.identity.permissions import Permission
from pulse.models import Input

routes = Routes("Device credentials")
_CURSOR = Cursor(CredentialPosition)
_DAY = 86_400


class CredentialPage(CountedPage[Credential]):
    """A page of credentials, newest first."""


class IssueCredential(Input):
    """A credential that is wanted."""

    kind: CredentialKind = CredentialKind.CERTIFICATE
    signing_request: SigningRequest | None = Field(
        None,
        description="PEM request that the device signed with its own key; its common name is the device id. "
        "Without one the answer has a key that was made for it",
    )
    label: Title = Field("", description="What it is for, such as a place or a person")
    expires_at: Instant | None = Field(
        None, description="Without it as late as the broker allows; a token then has no end"
    )


class DownloadBundle(Input):
    """A certificate that is wanted."""

    label: Title = Field("", description="What it is for, such as a place or a person")
    expires_at: Instant | None = Field(None, description="Without it as late as the broker allows")


class RotateCredential(Input):
    """How to change over."""

    signing_request: SigningRequest | None = Field(None, description="As when a certificate is issued")
    overlap_seconds: int = Field(
        _DAY,
        ge=0,
        le=int(MAXIMUM_OVERLAP.total_seconds()),
        description="For how long the credential of now is still accepted",
    )
    expires_at: Instant | None = Field(None, description="Of the new credential")


@routes.get("/customer/devices/<device_id>/credentials", permission=Permission.READ_CREDENTIALS)
def list_device_credentials(device_id: Name, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> CredentialPage:
    """List the credentials of a device, newest first, ended ones too."""
    page = credentials.list_credentials(principal(), device_id, limit=limit, after=_CURSOR.decode(cursor))
    return CredentialPage(items=page.credentials, next_cursor=_CURSOR.encode(page.next_position), total=page.total)


@routes.post(
    "/customer/devices/<device_id>/credentials",
    permission=Permission.MANAGE_CREDENTIALS,
    status=HTTPStatus.CREATED,
    answers_secret=True,
)
def issue_device_credential(device_id: Name, body: Annotated[IssueCredential | None, Body()] = None) -> NewCredential:
    """Issue a credential.

    The answer has everything that the device needs to come in. A token and a key that was made here are not shown
    again. A device has at most 20 live credentials. The body may be left out.
    """
    body = body or IssueCredential.model_validate({})
    wanted = CredentialRequest(
        kind=body.kind, signing_request=body.signing_request, label=body.label, expires_at=body.expires_at
    )
    issued = credentials.issue_credential(principal(), device_id, wanted, origin=origin())
    return hand_over(tenant(), device_id, issued)


@routes.post(
    "/customer/devices/<device_id>/credentials/bundle",
    permission=Permission.MANAGE_CREDENTIALS,
    status=HTTPStatus.CREATED,
    answers_secret=True,
    produces=ZIP,
)
def download_credential_bundle(device_id: Name, body: Annotated[DownloadBundle | None, Body()] = None) -> Response[str]:
    """Issue a certificate with its key as one file to download.

    The archive has key, certificate, the authority to trust, a configuration, and an example that publishes in Python
    and one with mosquitto_pub. The key is not given out again. The body may be left out.
    """
    body = body or DownloadBundle.model_validate({})
    wanted = CredentialRequest(kind=CredentialKind.CERTIFICATE, label=body.label, expires_at=body.expires_at)
    issued = credentials.issue_credential(principal(), device_id, wanted, origin=origin())
    archive = bundle(tenant(), device_id, hand_over(tenant(), device_id, issued))
    answer = Response(
        status_code=HTTPStatus.CREATED,
        content_type=ZIP,
        body=b64encode(archive).decode(),
        headers={"Content-Disposition": f'attachment; filename="{device_id}.zip"'},
    )
    answer.base64_encoded = True  # API Gateway decodes it
    return answer


@routes.get("/customer/devices/<device_id>/mqtt-connection", permission=Permission.READ_CREDENTIALS)
def get_mqtt_connection(device_id: Name) -> MqttConnection:
    """Read where a device connects, whom it trusts there, and which topics are its own. None of it is secret."""
    return read_mqtt_connection(principal(), device_id)


@routes.post(
    "/customer/devices/<device_id>/activation-code",
    permission=Permission.MANAGE_CREDENTIALS,
    status=HTTPStatus.CREATED,
    answers_secret=True,
)
def create_device_activation_code(device_id: Name) -> ActivationCode:
    """Make a code with which the device fetches its own certificate from `POST /provision/v1/activate`.

    It is good once, within an hour, and takes the place of one that was not used. It is not shown again.
    """
    return create_activation_code(principal(), device_id, origin=origin())


@routes.post(
    "/customer/devices/<device_id>/credentials/<credential_id>/rotate",
    permission=Permission.MANAGE_CREDENTIALS,
    status=HTTPStatus.CREATED,
    answers_secret=True,
)
def rotate_device_credential(
    device_id: Name, credential_id: Name, body: Annotated[RotateCredential | None, Body()] = None
) -> NewCredential:
    """Issue another credential of the same kind; the one of now ends a while later, after a day unless the body says.

    The answer is as when one is issued. The body may be left out.
    """
    body = body or RotateCredential.model_validate({})
    issued = credentials.rotate_credential(
        principal(),
        device_id,
        credential_id,
        signing_request=body.signing_request,
        overlap=timedelta(seconds=body.overlap_seconds),
        expires_at=body.expires_at,
        origin=origin(),
    )
    return hand_over(tenant(), device_id, issued)


@routes.delete("/customer/devices/<device_id>/credentials/<credential_id>", permission=Permission.MANAGE_CREDENTIALS)
def revoke_device_credential(device_id: Name, credential_id: Name) -> None:
    """Revoke a credential: nothing that is sent with it is accepted any more, on open sessions too. It stays listed."""
    credential_endings.revoke_credential(principal(), device_id, credential_id, origin=origin())
