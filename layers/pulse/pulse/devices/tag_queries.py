"""Which tags a tenant's devices have."""

from typing import NamedTuple

from pydantic import Field

from pulse.database import Connection, tenant_session
from pulse.models import Model


class KnownTag(Model):
    """A tag with one of its values."""

    tag: str
    value: str = Field(description="Empty for a plain tag")
    devices: int = Field(description="How many have it, decommissioned ones too")


class TagPosition(NamedTuple):
    """A place in the list of tags."""

    tag: str
    value: str


class TagList(NamedTuple):
    """A page, and where the next one starts (None after the last)."""

    tags: list[KnownTag]
    next_position: TagPosition | None


def list_tags(tenant_id: str, *, q: str | None, limit: int, after: TagPosition | None) -> TagList:
    """A page of the tags by key and value, following `after`; `q` is part of a key or value."""
    with tenant_session(tenant_id) as connection:
        rows = connection.execute(
            """
            SELECT tag, value, count(*) AS devices
            FROM device_tags
            WHERE tenant_id = %(tenant_id)s
              AND (%(after_tag)s::text IS NULL OR (tag, value) > (%(after_tag)s, %(after_value)s))
              AND (%(q)s::text IS NULL OR strpos(lower(tag || '=' || value), lower(%(q)s)) > 0)
            GROUP BY tag, value
            ORDER BY tag, value
            LIMIT %(limit)s
            """,
            {
                "tenant_id": tenant_id,
                "q": q,
                "after_tag": after.tag if after else None,
                "after_value": after.value if after else None,
                "limit": limit + 1,
            },
        ).fetchall()
    tags = [KnownTag.model_validate(row) for row in rows[:limit]]
    return TagList(tags, TagPosition(tags[-1].tag, tags[-1].value) if len(rows) > limit else None)


def tags_of_device(connection: Connection, tenant_id: str, device_id: str) -> dict[str, str]:
    """A device's tags; none of a device that is not registered any more."""
    rows = connection.execute(
        "SELECT tag, value FROM device_tags WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s",
        {"tenant_id": tenant_id, "device_id": device_id},
    )
    return {row["tag"]: row["value"] for row in rows}
