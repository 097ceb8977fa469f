"""Sites as people ask for them: where the devices are, and how those at each place are doing."""

from typing import NamedTuple

from pydantic import BaseModel, Field

from pulse.database import tenant_session
from pulse.devices.state import DeviceStatus


class Site(BaseModel):
    """A place with devices. Decommissioned devices don't count."""

    site_id: str
    name: str
    address: str
    latitude: float | None
    longitude: float | None
    timezone: str
    total: int = Field(description="Devices at the site")
    counts: dict[DeviceStatus, int] = Field(description="Devices in each status; every status is there")


class SitePosition(NamedTuple):
    """A place in the list of sites, which is in the order of ids."""

    site_id: str


class SiteList(NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list is."""

    sites: list[Site]
    next_position: SitePosition | None
    total: int


def list_sites(tenant_id: str, *, limit: int, after: SitePosition | None) -> SiteList:
    """A page of the tenant's sites, following `after`."""
    with tenant_session(tenant_id) as connection:
        rows = connection.execute(
            """
            WITH page AS (
                SELECT tenant_id, site_id, name, address, latitude, longitude, timezone
                FROM sites
                WHERE tenant_id = %(tenant_id)s
                  AND (%(after)s::text IS NULL OR site_id > %(after)s)
                ORDER BY site_id
                LIMIT %(limit)s
            ),
            devices_by_status AS (
                SELECT site_id, coalesce(device_state.status, 'PENDING') AS status, count(*) AS devices
                FROM devices LEFT JOIN device_state USING (tenant_id, device_id)
                WHERE devices.tenant_id = %(tenant_id)s
                  AND devices.site_id IN (SELECT site_id FROM page)
                  AND devices.lifecycle <> 'DECOMMISSIONED'
                GROUP BY 1, 2
            )
            SELECT page.*, coalesce(counted.counts, '{}') AS counts
            FROM page
            LEFT JOIN (
                SELECT site_id, jsonb_object_agg(status, devices) AS counts FROM devices_by_status GROUP BY 1
            ) AS counted USING (site_id)
            ORDER BY site_id
            """,
            {"tenant_id": tenant_id, "after": after.site_id if after else None, "limit": limit + 1},
        ).fetchall()
        count = connection.execute(
            "SELECT count(*) AS total FROM sites WHERE tenant_id = %(tenant_id)s", {"tenant_id": tenant_id}
        ).fetchone()
    assert count is not None
    sites = [
        Site(**{**row, "counts": dict.fromkeys(DeviceStatus, 0) | row["counts"], "total": sum(row["counts"].values())})
        for row in rows[:limit]
    ]
    position = SitePosition(sites[-1].site_id) if len(rows) > limit else None
    return SiteList(sites, position, count["total"])
