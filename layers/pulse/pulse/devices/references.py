"""What a device's entry refers to: its site, its type, and the gateway that it is reached through."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pulse.database import Connection
from pulse.errors import FieldError, InvalidInputError


class Known(NamedTuple):
    """Those of the things that entries refer to that exist; they can't be deleted until the transaction ends."""

    site_ids: frozenset[str]
    device_types: frozenset[str]
    device_ids: frozenset[str]


def find_references(
    connection: Connection,
    tenant_id: str,
    *,
    site_ids: Iterable[str],
    device_types: Iterable[str],
    device_ids: Iterable[str],
) -> Known:
    """Which of them the tenant has."""

    def ids(rows: Iterable[dict[str, str]]) -> frozenset[str]:
        return frozenset(row["id"] for row in rows)

    return Known(
        ids(
            connection.execute(
                """
                SELECT site_id AS id FROM sites
                WHERE tenant_id = %(tenant_id)s AND site_id = ANY(%(wanted)s)
                ORDER BY site_id
                FOR KEY SHARE
                """,
                {"tenant_id": tenant_id, "wanted": sorted(set(site_ids))},
            )
        ),
        ids(
            connection.execute(
                """
                SELECT device_type AS id FROM device_types
                WHERE tenant_id = %(tenant_id)s AND device_type = ANY(%(wanted)s)
                ORDER BY device_type
                FOR KEY SHARE
                """,
                {"tenant_id": tenant_id, "wanted": sorted(set(device_types))},
            )
        ),
        ids(
            connection.execute(
                """
                SELECT device_id AS id FROM devices
                WHERE tenant_id = %(tenant_id)s AND device_id = ANY(%(wanted)s)
                ORDER BY device_id
                FOR KEY SHARE
                """,
                {"tenant_id": tenant_id, "wanted": sorted(set(device_ids))},
            )
        ),
    )


def require_references(
    connection: Connection,
    tenant_id: str,
    *,
    device_id: str,
    site_id: str,
    device_type: str,
    parent_device_id: str | None,
) -> None:
    """Raise InvalidInputError naming what does not exist, or a parent that is reached through the device itself."""
    parents = [parent_device_id] if parent_device_id else []
    known = find_references(connection, tenant_id, site_ids=[site_id], device_types=[device_type], device_ids=parents)
    errors = missing_references(known, site_id=site_id, device_type=device_type, parent_device_id=parent_device_id)
    if not errors and parent_device_id:
        lock_parents(connection, tenant_id)
        above = read_parents(connection, tenant_id, parents)
        if is_reached_through(above, parent_device_id, device_id):
            errors = (FieldError("parent_device_id", "is the device itself, or is reached through it"),)
    if errors:
        raise InvalidInputError(
            "; ".join(f"{error.field}: {error.reason}" for error in errors),
            errors=errors,
        )


def missing_references(
    known: Known, *, site_id: str, device_type: str, parent_device_id: str | None
) -> tuple[FieldError, ...]:
    """What of an entry's references does not exist."""
    errors = []
    if site_id not in known.site_ids:
        errors.append(FieldError("site_id", f"there is no site {site_id}; create it first"))
    if device_type not in known.device_types:
        errors.append(FieldError("device_type", f"there is no device type {device_type}; create it first"))
    if parent_device_id is not None and parent_device_id not in known.device_ids:
        errors.append(FieldError("parent_device_id", f"there is no device {parent_device_id}"))
    return tuple(errors)


def lock_parents(connection: Connection, tenant_id: str) -> None:
    """Until the transaction ends nobody else says who is reached through whom.

    Or two devices could become each other's gateway at the same time.
    """
    connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('parents of devices of ' || %(tenant_id)s, 0))",
        {"tenant_id": tenant_id},
    )


def read_parents(connection: Connection, tenant_id: str, device_ids: Iterable[str]) -> dict[str, str | None]:
    """The gateway of each of the devices, of those gateways, and so on."""
    rows = connection.execute(
        """
        WITH RECURSIVE way (device_id, parent_device_id) AS (
            SELECT device_id, parent_device_id
            FROM devices
            WHERE tenant_id = %(tenant_id)s AND device_id = ANY(%(device_ids)s)
            UNION
            SELECT devices.device_id, devices.parent_device_id
            FROM devices
            JOIN way ON devices.device_id = way.parent_device_id
            WHERE devices.tenant_id = %(tenant_id)s
        )
        SELECT device_id, parent_device_id FROM way
        """,
        {"tenant_id": tenant_id, "device_ids": sorted(set(device_ids))},
    )
    return {row["device_id"]: row["parent_device_id"] for row in rows}


def is_reached_through(parents: Mapping[str, str | None], device_id: str | None, gateway_id: str) -> bool:
    """Whether the way up from a device, itself included, passes the gateway."""
    seen: set[str] = set()
    while device_id is not None and device_id not in seen:
        if device_id == gateway_id:
            return True
        seen.add(device_id)
        device_id = parents.get(device_id)
    return False
