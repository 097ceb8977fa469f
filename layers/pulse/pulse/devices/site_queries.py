"""Sites as people ask for them: where the devices are, and how those at each place are doing."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from psycopg import sql
from pydantic import Field

from pulse.database import Connection, tenant_session
from pulse.devices.state import DeviceStatus
from pulse.errors import NotFoundError
from pulse.versions import Versioned


class Site(Versioned):
    """A place with devices. Suspended and decommissioned ones don't count."""

    site_id: str
    name: str
    address: str
    latitude: float | None
    longitude: float | None
    timezone: str
    created_at: datetime
    updated_at: datetime
    total: int = Field(description="Devices in service at the site")
    counts: dict[DeviceStatus, int] = Field(description="Those in service in each status; every status is there")


class SitePosition(NamedTuple):
    """A place in the list of sites, which is in the order of ids."""

    site_id: str


class SiteList(NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list is."""

    sites: list[Site]
    next_position: SitePosition | None
    total: int


_WITH_COUNTS: Final = sql.SQL("""
    WITH page AS (
        SELECT tenant_id, site_id, name, address, latitude, longitude, timezone, version, created_at, updated_at
        FROM sites
        WHERE tenant_id = %(tenant_id)s
          {narrowed}
        ORDER BY site_id
        LIMIT %(limit)s
    ),
    devices_by_status AS (
        SELECT site_id, coalesce(device_state.status, 'PENDING') AS status, count(*) AS devices
        FROM devices LEFT JOIN device_state USING (tenant_id, device_id)
        WHERE devices.tenant_id = %(tenant_id)s
          AND devices.site_id IN (SELECT site_id FROM page)
          AND devices.lifecycle = 'ACTIVE'
        GROUP BY 1, 2
    )
    SELECT page.*, coalesce(counted.counts, '{{}}') AS counts
    FROM page
    LEFT JOIN (
        SELECT site_id, jsonb_object_agg(status, devices) AS counts FROM devices_by_status GROUP BY 1
    ) AS counted USING (site_id)
    ORDER BY site_id
""")
_MATCHING: Final = sql.SQL("""
    (%(q)s::text IS NULL OR strpos(lower(site_id || ' ' || name || ' ' || address), lower(%(q)s)) > 0)
""")
_PAGE: Final = _WITH_COUNTS.format(
    narrowed=sql.SQL("AND {matching} AND (%(after)s::text IS NULL OR site_id > %(after)s)").format(matching=_MATCHING)
)
_SEVERAL: Final = _WITH_COUNTS.format(narrowed=sql.SQL("AND site_id = ANY(%(site_ids)s)"))
_ONE: Final = _WITH_COUNTS.format(narrowed=sql.SQL("AND site_id = %(site_id)s"))
_COUNT: Final = sql.SQL("SELECT count(*) AS total FROM sites WHERE tenant_id = %(tenant_id)s AND {matching}").format(
    matching=_MATCHING
)


def list_sites(tenant_id: str, *, q: str | None, limit: int, after: SitePosition | None) -> SiteList:
    """A page of the tenant's sites, following `after`; `q` is part of an id, a name or an address."""
    parameters = {"tenant_id": tenant_id, "q": q, "after": after.site_id if after else None, "limit": limit + 1}
    with tenant_session(tenant_id) as connection:
        rows = connection.execute(_PAGE, parameters).fetchall()
        count = connection.execute(_COUNT, parameters).fetchone()
    assert count is not None
    sites = [_site(row) for row in rows[:limit]]
    position = SitePosition(sites[-1].site_id) if len(rows) > limit else None
    return SiteList(sites, position, count["total"])


def list_silent_sites(tenant_id: str, *, limit: int) -> list[Site]:
    """The sites with the most silent devices first; a site without any is among them where there is room."""
    with tenant_session(tenant_id) as connection:
        ranked = connection.execute(
            """
            SELECT site_id
            FROM sites
            LEFT JOIN (
                SELECT site_id, count(*) AS devices
                FROM device_state
                JOIN devices USING (tenant_id, device_id)
                WHERE device_state.tenant_id = %(tenant_id)s
                  AND device_state.status IN ('STALE', 'OFFLINE')
                  AND devices.lifecycle = 'ACTIVE'
                GROUP BY 1
            ) AS silent USING (site_id)
            WHERE sites.tenant_id = %(tenant_id)s
            ORDER BY silent.devices DESC NULLS LAST, name, site_id
            LIMIT %(limit)s
            """,
            {"tenant_id": tenant_id, "limit": limit},
        ).fetchall()
        site_ids = [row["site_id"] for row in ranked]
        rows = connection.execute(_SEVERAL, {"tenant_id": tenant_id, "site_ids": site_ids, "limit": limit}).fetchall()
    sites = {row["site_id"]: _site(row) for row in rows}
    return [sites[site_id] for site_id in site_ids]


def get_site(tenant_id: str, site_id: str) -> Site:
    """One site. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return read_site(connection, tenant_id, site_id)


def read_site(connection: Connection, tenant_id: str, site_id: str) -> Site:
    """One site, as it is within the caller's transaction. Raises NotFoundError."""
    row = connection.execute(_ONE, {"tenant_id": tenant_id, "site_id": site_id, "limit": 1}).fetchone()
    if row is None:
        raise site_not_found(site_id)
    return _site(row)


def site_not_found(site_id: str) -> NotFoundError:
    """The error for a site that the tenant does not have."""
    return NotFoundError(f"there is no site {site_id}")


def _site(row: dict[str, Any]) -> Site:
    counts = dict.fromkeys(DeviceStatus, 0) | row["counts"]
    return Site(**{**row, "counts": counts, "total": sum(counts.values())})
