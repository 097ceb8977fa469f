"""Sites of the caller's tenant."""

from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import tenant
from pulse.api.routes import Routes
from pulse.devices import site_queries
from pulse.devices.site_queries import Site, SitePosition
from pulse.identity.permissions import Permission

routes = Routes("Sites")
_CURSOR = Cursor(SitePosition)


class SitePage(CountedPage[Site]):
    """A page of sites."""


@routes.get("/customer/sites", permission=Permission.READ_SITES)
def list_sites(limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> SitePage:
    """List sites by id, each with its devices counted by status.

    Decommissioned devices don't count.
    """
    page = site_queries.list_sites(tenant(), limit=limit, after=_CURSOR.decode(cursor))
    return SitePage(items=page.sites, next_cursor=_CURSOR.encode(page.next_position), total=page.total)
