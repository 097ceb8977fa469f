"""Tenants in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import sql
from pydantic import Field

from pulse.database import Connection, operator_session
from pulse.database.timezones import require_timezone
from pulse.errors import ConflictError, FieldError, InvalidInputError, NotFoundError
from pulse.operations.audit import record_change
from pulse.tenants.status import PLATFORM, TenantStatus
from pulse.versions import Versioned


class TenantRecord(Versioned):
    """A customer of this installation, as the table of tenants has them."""

    tenant_id: str
    name: str
    status: TenantStatus
    timezone: str = Field(description="IANA name")
    ip_allowlist: list[str] = Field(
        description="Networks that the tenant's people and programs may call from; empty: any"
    )
    created_at: datetime
    suspended_at: datetime | None
    suspended_reason: str
    deleted_at: datetime | None


class TenantFilter(NamedTuple):
    """What narrows a list of tenants; without a status, deleted ones are left out. `q` is part of the id or name."""

    q: str | None = None
    status: TenantStatus | None = None


class TenantName(NamedTuple):
    """What a tenant is called, and whether it is in business."""

    tenant_id: str
    name: str
    status: TenantStatus


class TenantPosition(NamedTuple):
    """A place in the list of tenants, which is in the order of ids."""

    tenant_id: str


_COLUMNS: Final = sql.SQL("""
    tenant_id, name, status, timezone, ip_allowlist::text[] AS ip_allowlist, created_at, suspended_at,
    suspended_reason, deleted_at, version
""")
_MATCHING: Final = sql.SQL("""
    FROM tenants
    WHERE (CASE WHEN %(status)s::text IS NULL THEN status <> 'DELETED' ELSE status = %(status)s END)
      AND (%(q)s::text IS NULL OR strpos(tenant_id, lower(%(q)s)) > 0 OR strpos(lower(name), lower(%(q)s)) > 0)
""")


def create_tenant(*, tenant_id: str, name: str, timezone: str = "UTC", actor: str) -> None:
    """Create a tenant, or bring its name and timezone up to date; for programs. `tenant_id` is a lower-case slug."""
    with operator_session(user_id=actor, reason="tenants.create", write=True) as connection:
        connection.execute(
            """
            INSERT INTO tenants (tenant_id, name, timezone)
            VALUES (%(tenant_id)s, %(name)s, %(timezone)s)
            ON CONFLICT (tenant_id) DO UPDATE
            SET name = excluded.name, timezone = excluded.timezone
            """,
            {"tenant_id": tenant_id, "name": name, "timezone": timezone},
        )
        record_change(
            connection,
            actor=actor,
            tenant_id=tenant_id,
            action="tenant.create",
            subject=tenant_id,
            after={"name": name, "timezone": timezone},
        )


def list_tenants(
    connection: Connection, wanted: TenantFilter, *, limit: int, after: TenantPosition | None
) -> tuple[list[TenantRecord], int]:
    """The tenants that are wanted, by id, one more than `limit` if there are more; and how many there are."""
    parameters: dict[str, Any] = {
        **wanted._asdict(),
        "after": after.tenant_id if after else None,
        "limit": limit + 1,
    }
    rows = connection.execute(
        sql.SQL(
            """
            SELECT {columns}
            {matching}
              AND (%(after)s::text IS NULL OR tenant_id > %(after)s)
            ORDER BY tenant_id
            LIMIT %(limit)s
            """
        ).format(columns=_COLUMNS, matching=_MATCHING),
        parameters,
    ).fetchall()
    count = connection.execute(
        sql.SQL("SELECT count(*) AS total {matching}").format(matching=_MATCHING), parameters
    ).fetchone()
    assert count is not None
    return [TenantRecord.model_validate(row) for row in rows], count["total"]


def list_customers(connection: Connection, *, q: str | None = None) -> list[TenantName]:
    """All tenants that are not deleted, by id, or those with `q` in id or name; the platform itself is none."""
    rows = connection.execute(
        sql.SQL("SELECT tenant_id, name, status {matching} AND tenant_id <> %(platform)s ORDER BY tenant_id").format(
            matching=_MATCHING
        ),
        {"q": q, "status": None, "platform": PLATFORM},
    )
    return [TenantName(**row | {"status": TenantStatus(row["status"])}) for row in rows]


def names_of_tenants(connection: Connection, tenant_ids: Collection[str]) -> dict[str, str]:
    """What tenants are called, deleted ones too; the platform itself is one here."""
    rows = connection.execute(
        "SELECT tenant_id, name FROM tenants WHERE tenant_id = ANY(%(tenant_ids)s)", {"tenant_ids": list(tenant_ids)}
    )
    return {row["tenant_id"]: row["name"] for row in rows}


def count_tenants(connection: Connection) -> dict[TenantStatus, int]:
    """How many customers there are, by status; every status is there. The platform itself is none."""
    rows = connection.execute(
        "SELECT status, count(*) AS tenants FROM tenants WHERE tenant_id <> %(platform)s GROUP BY status",
        {"platform": PLATFORM},
    )
    return dict.fromkeys(TenantStatus, 0) | {TenantStatus(row["status"]): row["tenants"] for row in rows}


def get_tenant(connection: Connection, tenant_id: str) -> TenantRecord:
    """One tenant, deleted or not. Raises NotFoundError."""
    return _one(connection, tenant_id, lock=False)


def lock_tenant(connection: Connection, tenant_id: str) -> TenantRecord:
    """One tenant, locked until the transaction ends. Raises NotFoundError, also for a deleted one."""
    tenant = _one(connection, tenant_id, lock=True)
    if tenant.status is TenantStatus.DELETED:
        raise _not_found(tenant_id)
    return tenant


def require_tenant(connection: Connection, tenant_id: str) -> None:
    """For a tenant that a request's body names. Raise InvalidInputError unless there is one that is not deleted."""
    row = connection.execute(
        "SELECT 1 FROM tenants WHERE tenant_id = %(tenant_id)s AND status <> 'DELETED'", {"tenant_id": tenant_id}
    ).fetchone()
    if row is None:
        reason = f"there is no tenant {tenant_id}"
        raise InvalidInputError(reason, errors=(FieldError("tenant_id", reason),))


def insert_tenant(
    connection: Connection,
    *,
    tenant_id: str,
    name: str,
    timezone: str,
    ip_allowlist: list[IPv4Network | IPv6Network],
) -> TenantRecord:
    """Enter a tenant. Raises ConflictError when the id was ever taken, InvalidInputError for an unknown timezone."""
    require_timezone(connection, timezone)
    try:
        connection.execute(
            """
            INSERT INTO tenants (tenant_id, name, timezone, ip_allowlist)
            VALUES (%(tenant_id)s, %(name)s, %(timezone)s, %(ip_allowlist)s::cidr[])
            """,
            {
                "tenant_id": tenant_id,
                "name": name,
                "timezone": timezone,
                "ip_allowlist": [str(network) for network in ip_allowlist],
            },
        )
    except psycopg.errors.UniqueViolation as error:
        message = f"there is, or was, a tenant {tenant_id}; choose another id"
        raise ConflictError(message) from error
    return get_tenant(connection, tenant_id)


def change_tenant(connection: Connection, tenant_id: str, changes: Mapping[str, Any]) -> TenantRecord:
    """Change those of name, timezone and ip_allowlist that are given. Raises InvalidInputError."""
    if changes.get("timezone") is not None:
        require_timezone(connection, changes["timezone"])
    networks = changes.get("ip_allowlist")
    connection.execute(
        """
        UPDATE tenants
        SET name = coalesce(%(name)s, name),
            timezone = coalesce(%(timezone)s, timezone),
            ip_allowlist = coalesce(%(ip_allowlist)s::cidr[], ip_allowlist),
            version = version + 1
        WHERE tenant_id = %(tenant_id)s
        """,
        {
            "tenant_id": tenant_id,
            "name": changes.get("name"),
            "timezone": changes.get("timezone"),
            "ip_allowlist": None if networks is None else [str(network) for network in networks],
        },
    )
    return get_tenant(connection, tenant_id)


def set_status(
    connection: Connection, tenant_id: str, status: TenantStatus, *, reason: str = "", now: datetime
) -> TenantRecord:
    """Suspend, resume or delete a tenant; `reason` is for a suspension."""
    connection.execute(
        """
        UPDATE tenants
        SET status = %(status)s,
            suspended_at = CASE %(status)s WHEN 'SUSPENDED' THEN %(now)s END,
            suspended_reason = %(reason)s,
            deleted_at = CASE %(status)s WHEN 'DELETED' THEN %(now)s END,
            version = version + 1
        WHERE tenant_id = %(tenant_id)s
        """,
        {"tenant_id": tenant_id, "status": status, "reason": reason, "now": now},
    )
    return get_tenant(connection, tenant_id)


def delete_tenants(connection: Connection, tenant_ids: Sequence[str], *, now: datetime) -> list[str]:
    """Delete those of the tenants that are not deleted yet, never the platform itself; return which these are."""
    rows = connection.execute(
        """
        UPDATE tenants
        SET status = 'DELETED', suspended_at = NULL, suspended_reason = '', deleted_at = %(now)s, version = version + 1
        WHERE tenant_id = ANY(%(tenant_ids)s) AND status <> 'DELETED' AND tenant_id <> %(platform)s
        RETURNING tenant_id
        """,
        {"tenant_ids": list(tenant_ids), "now": now, "platform": PLATFORM},
    )
    return sorted(row["tenant_id"] for row in rows)


def _one(connection: Connection, tenant_id: str, *, lock: bool) -> TenantRecord:
    row = connection.execute(
        sql.SQL("SELECT {columns} FROM tenants WHERE tenant_id = %(tenant_id)s {lock}").format(
            columns=_COLUMNS, lock=sql.SQL("FOR UPDATE" if lock else "")
        ),
        {"tenant_id": tenant_id},
    ).fetchone()
    if row is None:
        raise _not_found(tenant_id)
    return TenantRecord.model_validate(row)


def _not_found(tenant_id: str) -> NotFoundError:
    return NotFoundError(f"there is no tenant {tenant_id}")
