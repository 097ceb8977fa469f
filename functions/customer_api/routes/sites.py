"""Sites of the caller's tenant."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse.alerts.alert import AlertStatus
from pulse.alerts.inbox.alert_filter import AlertFilter
from pulse.alerts.inbox.queries import AlertSort, ListedAlert, list_alerts
from pulse.api.etags import IfMatch
from pulse.api.filters import Search
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Name
from pulse.devices import registration, site_queries, sites
from pulse.devices.fields import Address, Latitude, Longitude
from pulse.devices.site_queries import Site, SitePosition
from pulse.identity.permissions import Permission
from pulse.models import Input, Model
from pulse.texts import Title
from pulse.wall_clock import TimeZone

routes = Routes("Sites")
_CURSOR = Cursor(SitePosition)
_SITE = "/customer/sites/<site_id>"
_NEWEST_ALERTS = 20


class SitePage(CountedPage[Site]):
    """A page of sites."""


class CreateSite(registration.Site):
    """A site that is wanted."""


class ChangeSite(Input):
    """What to change of a site; what is left out stays, and null takes the place away."""

    # Not sent is told from sent by `exclude_unset`: the defaults are never written.
    name: Title = Field(default_factory=str)
    address: Address = Field(default_factory=str)
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    timezone: TimeZone = Field(default_factory=str)


class SiteSummary(Model):
    """How a site is doing."""

    site: Site
    alerts: dict[AlertStatus, int] = Field(description="Alerts of the site in each status")
    newest_alerts: list[ListedAlert] = Field(description=f"Up to {_NEWEST_ALERTS}, newest first, closed ones too")


@routes.get("/customer/sites", permission=Permission.READ_SITES)
def list_sites(q: Search = None, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> SitePage:
    """List sites by id, each with its devices counted by status.

    Decommissioned devices don't count.
    """
    page = site_queries.list_sites(tenant(), q=q, limit=limit, after=_CURSOR.decode(cursor))
    return SitePage(items=page.sites, next_cursor=_CURSOR.encode(page.next_position), total=page.total)


@routes.post(
    "/customer/sites", permission=Permission.MANAGE_SITES, also=(HTTPStatus.CONFLICT,), status=HTTPStatus.CREATED
)
def create_site(body: Annotated[CreateSite, Body()]) -> Site:
    """Enter a site; 409 when the id is taken."""
    return sites.create_site(principal(), body, origin=origin())


@routes.get(_SITE, permission=Permission.READ_SITES)
def get_site(site_id: Name) -> Site:
    """Read a site, with its devices counted by status."""
    return site_queries.get_site(tenant(), site_id)


@routes.get(f"{_SITE}/summary", permission=Permission.READ_SITES)
def summarize_site(site_id: Name) -> SiteSummary:
    """Read how a site is doing: its devices by status, and its alerts."""
    site = site_queries.get_site(tenant(), site_id)
    alerts = list_alerts(
        tenant(),
        AlertFilter(site_id=site_id),
        sort=AlertSort.OPENED_AT,
        descending=True,
        limit=_NEWEST_ALERTS,
        after=None,
    )
    return SiteSummary(site=site, alerts=alerts.counts, newest_alerts=alerts.alerts)


@routes.patch(_SITE, permission=Permission.MANAGE_SITES)
def change_site(site_id: Name, body: Annotated[ChangeSite, Body()], if_match: IfMatch = None) -> Site:
    """Change a site."""
    changes = body.model_dump(exclude_unset=True)
    return sites.change_site(principal(), site_id, changes, if_match=if_match, origin=origin())


@routes.delete(_SITE, permission=Permission.MANAGE_SITES, also=(HTTPStatus.CONFLICT,))
def delete_site(site_id: Name, if_match: IfMatch = None) -> None:
    """Take a site away; 409 while devices are registered there."""
    sites.delete_site(principal(), site_id, if_match=if_match, origin=origin())
