"""Inbound sources of the caller's tenant, and the devices that they tell of."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse.api.etags import IfMatch
from pulse.api.filters import Search
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Label, Name
from pulse.identity.permissions import Permission
from pulse.inbound.authentication import Authentication, HeaderAuthentication
from pulse.inbound.external_devices import ExternalDevice, ExternalDevicePosition, list_external_devices
from pulse.inbound.source import InboundSource, NewInboundSource, SourcePosition, SourceWish
from pulse.models import Input

routes = Routes("Inbound sources")
_CURSOR = Cursor(SourcePosition)
_DEVICES_CURSOR = Cursor(ExternalDevicePosition)
_CONFLICT = (HTTPStatus.CONFLICT,)
_SOURCES = "/customer/inbound-sources"
_SOURCE = "/customer/inbound-sources/<source_id>"


class InboundSourcePage(CountedPage[InboundSource]):
    """A page of inbound sources."""


class ExternalDevicePage(CountedPage[ExternalDevice]):
    """A page of external devices."""


class SetInboundSource(Input):
    """What a source is to be."""

    name: Label
    addon_id: Name | None = Field(
        None, description="Reads what it sends; without it each SNMP notification goes to the addon that knows it best"
    )
    site_id: Name | None = Field(None, description="Where alerts about devices belong that are not in the registry")
    authentication: Authentication = Field(
        HeaderAuthentication(kind="header"), description="How it shows its secret; the kind stays as it is made"
    )
    enabled: bool = True


class RotateInboundSecret(Input):
    """How to change over."""

    overlap_seconds: int = Field(86_400, ge=0, le=604_800, description="For how long the secret of now still works")


@routes.get(_SOURCES, permission=Permission.READ_ADDONS)
def list_inbound_sources(
    q: Search = None, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> InboundSourcePage:
    """List inbound sources by name, each with what was received of it."""
    from pulse.inbound import managing_sources

    page = managing_sources.list_sources(tenant(), q=q, limit=limit, after=_CURSOR.decode(cursor))
    return InboundSourcePage(items=page.sources, next_cursor=_CURSOR.encode(page.next_position), total=page.total)


@routes.post(
    _SOURCES, permission=Permission.MANAGE_ADDONS, also=_CONFLICT, status=HTTPStatus.CREATED, answers_secret=True
)
def create_inbound_source(body: Annotated[SetInboundSource, Body()]) -> NewInboundSource:
    """Make an inbound source.

    The answer has its path, and its secret, which is not shown again.
    """
    from pulse.inbound import managing_sources

    return managing_sources.create_source(principal(), _wish(body), origin=origin())


@routes.get(_SOURCE, permission=Permission.READ_ADDONS)
def get_inbound_source(source_id: UUID) -> InboundSource:
    """Read an inbound source, without its secret."""
    from pulse.inbound import managing_sources

    return managing_sources.get_source(tenant(), source_id)


@routes.put(_SOURCE, permission=Permission.MANAGE_ADDONS, also=_CONFLICT)
def change_inbound_source(
    source_id: UUID, body: Annotated[SetInboundSource, Body()], if_match: IfMatch = None
) -> InboundSource:
    """Change an inbound source as a whole, but for the kind of its authentication."""
    from pulse.inbound import managing_sources

    return managing_sources.change_source(principal(), source_id, _wish(body), if_match=if_match, origin=origin())


@routes.delete(_SOURCE, permission=Permission.MANAGE_ADDONS)
def delete_inbound_source(source_id: UUID, if_match: IfMatch = None) -> None:
    """Delete an inbound source. Alerts that it told of last close."""
    from pulse.inbound import managing_sources

    managing_sources.delete_source(principal(), source_id, if_match=if_match, origin=origin())


@routes.post(f"{_SOURCE}/rotate", permission=Permission.MANAGE_ADDONS, answers_secret=True)
def rotate_inbound_secret(
    source_id: UUID, body: Annotated[RotateInboundSecret | None, Body()] = None, if_match: IfMatch = None
) -> NewInboundSource:
    """Give an inbound source another secret, which is not shown again.

    The secret of now works for a while longer, a day unless the body says otherwise. The body may be left out.
    """
    from pulse.inbound import managing_sources

    overlap = timedelta(seconds=(body or RotateInboundSecret()).overlap_seconds)
    return managing_sources.rotate_secret(principal(), source_id, overlap=overlap, if_match=if_match, origin=origin())


@routes.get("/customer/external-devices", permission=Permission.READ_ADDONS)
def list_customer_external_devices(
    q: Search = None, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> ExternalDevicePage:
    """List what sources have told of and is no device of the registry, by name."""
    page = list_external_devices(tenant(), q=q, limit=limit, after=_DEVICES_CURSOR.decode(cursor))
    return ExternalDevicePage(
        items=page.devices, next_cursor=_DEVICES_CURSOR.encode(page.next_position), total=page.total
    )


def _wish(body: SetInboundSource) -> SourceWish:
    return SourceWish(body.name, body.addon_id, body.site_id, body.authentication, body.enabled)
