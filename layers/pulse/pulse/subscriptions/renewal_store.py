"""What tenants ask for and operators decide, in the database."""

from datetime import datetime
from typing import Final
from uuid import UUID

import psycopg
from psycopg import sql

from pulse.database import Connection
from pulse.errors import ConflictError, NotFoundError
from pulse.subscriptions.subscription import Record, Renewal, RenewalPosition, RenewalStatus

_RENEWAL: Final = sql.SQL("""
    SELECT renewal.tenant_id, renewal_id, subscription_id, subscription.name AS subscription_name, renewal.status,
           term_days, renewal.device_limit, granted_term_days, granted_device_limit, note, requested_by, requested_at,
           decided_by, decided_at, decision
    FROM subscription_renewals AS renewal
    JOIN subscriptions AS subscription USING (tenant_id, subscription_id)
""")


def insert_renewal(
    connection: Connection,
    subscription: Record,
    *,
    term_days: int,
    device_limit: int | None,
    note: str,
    requested_by: str,
    now: datetime,
) -> Renewal:
    """Enter a request. Raises ConflictError when one is open already."""
    try:
        row = connection.execute(
            """
            INSERT INTO subscription_renewals (tenant_id, subscription_id, term_days, device_limit, note, requested_by,
                                               requested_at)
            VALUES (%(tenant_id)s, %(subscription_id)s, %(term_days)s, %(device_limit)s, %(note)s, %(requested_by)s,
                    %(now)s)
            RETURNING renewal_id
            """,
            {
                "tenant_id": subscription.tenant_id,
                "subscription_id": subscription.subscription_id,
                "term_days": term_days,
                "device_limit": device_limit,
                "note": note,
                "requested_by": requested_by,
                "now": now,
            },
        ).fetchone()
    except psycopg.errors.UniqueViolation as error:
        message = "a renewal of this subscription was requested already; withdraw that request to make another one"
        raise ConflictError(message) from error
    assert row is not None
    return find_renewal(connection, row["renewal_id"], tenant_id=subscription.tenant_id)


def find_renewal(connection: Connection, renewal_id: UUID, *, tenant_id: str | None, lock: bool = False) -> Renewal:
    """One request, of any tenant when none is named, locked if it is to be decided. Raises NotFoundError."""
    row = connection.execute(
        sql.SQL("""
            {}
            WHERE renewal_id = %(renewal_id)s
              AND (%(tenant_id)s::text IS NULL OR renewal.tenant_id = %(tenant_id)s)
            {}
        """).format(_RENEWAL, sql.SQL("FOR UPDATE OF renewal" if lock else "")),
        {"renewal_id": renewal_id, "tenant_id": tenant_id},
    ).fetchone()
    if row is None:
        message = f"there is no renewal {renewal_id}"
        raise NotFoundError(message)
    return Renewal.model_validate(row)


def list_renewals(
    connection: Connection,
    *,
    tenant_id: str | None,
    status: RenewalStatus | None,
    limit: int,
    after: RenewalPosition | None,
) -> list[Renewal]:
    """The requests that are wanted, newest first, one more than `limit` if there are more."""
    rows = connection.execute(
        sql.SQL("""
            {}
            WHERE (%(tenant_id)s::text IS NULL OR renewal.tenant_id = %(tenant_id)s)
              AND (%(status)s::text IS NULL OR renewal.status = %(status)s)
              AND (%(after_time)s::timestamptz IS NULL
                   OR (requested_at, renewal_id) < (%(after_time)s, %(after_id)s))
            ORDER BY requested_at DESC, renewal_id DESC
            LIMIT %(limit)s
        """).format(_RENEWAL),
        {
            "tenant_id": tenant_id,
            "status": status.value if status else None,
            "after_time": after.requested_at if after else None,
            "after_id": after.renewal_id if after else None,
            "limit": limit + 1,
        },
    )
    return [Renewal.model_validate(row) for row in rows]


def decide_renewal(
    connection: Connection,
    renewal: Renewal,
    status: RenewalStatus,
    *,
    by: str,
    decision: str,
    now: datetime,
    term_days: int | None = None,
    device_limit: int | None = None,
) -> Renewal:
    """End a locked request; `term_days` and `device_limit` are what was granted."""
    connection.execute(
        """
        UPDATE subscription_renewals
        SET status = %(status)s, decided_by = %(by)s, decided_at = %(now)s, decision = %(decision)s,
            granted_term_days = %(term_days)s, granted_device_limit = %(device_limit)s
        WHERE tenant_id = %(tenant_id)s AND renewal_id = %(renewal_id)s
        """,
        {
            "tenant_id": renewal.tenant_id,
            "renewal_id": renewal.renewal_id,
            "status": status.value,
            "by": by,
            "decision": decision,
            "now": now,
            "term_days": term_days,
            "device_limit": device_limit,
        },
    )
    return find_renewal(connection, renewal.renewal_id, tenant_id=renewal.tenant_id)
