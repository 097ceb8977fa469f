"""Subscriptions that are expired, in the database: which tenants go with them, and what they were told."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from psycopg import sql

from pulse.database import Connection
from pulse.subscriptions.subscription import Record


def read_last_to_expire(connection: Connection, tenant_ids: Collection[str]) -> dict[str, UUID]:
    """Of those of the tenants all of whose subscriptions are EXPIRED, the one that was the last."""
    rows = connection.execute(
        """
        SELECT tenant_id,
               (array_agg(subscription_id ORDER BY status_since DESC, subscription_id DESC))[1] AS subscription_id
        FROM subscriptions
        WHERE kind <> 'ADDON' AND tenant_id = ANY(%(tenant_ids)s)
        GROUP BY tenant_id
        HAVING bool_and(status = 'EXPIRED')
        """,
        {"tenant_ids": list(tenant_ids)},
    )
    return {row["tenant_id"]: row["subscription_id"] for row in rows}


def note_last_notices(connection: Connection, records: Sequence[Record], now: datetime) -> None:
    """Note that nothing more is to be told of locked subscriptions that are EXPIRED."""
    connection.execute(
        """
        UPDATE subscriptions
        SET deletion_noticed_at = %(now)s
        FROM unnest(%(tenant_ids)s::text[], %(subscription_ids)s::uuid[]) AS noticed (tenant_id, subscription_id)
        WHERE subscriptions.tenant_id = noticed.tenant_id
          AND subscriptions.subscription_id = noticed.subscription_id
        """,
        {
            "now": now,
            "tenant_ids": [record.tenant_id for record in records],
            "subscription_ids": [record.subscription_id for record in records],
        },
    )


def lock_expired(
    connection: Connection, *, before: datetime, noticed_before: datetime, after: str, limit: int
) -> dict[str, datetime]:
    """Tenants all of whose subscriptions had expired by then, by id from the one that follows `after`; and since when.

    The last notice of each was given by `noticed_before`. Their subscriptions are locked, so that none of them is
    renewed until the transaction ends.
    """
    found = sql.SQL("""
        SELECT tenant_id, max(status_since) AS expired_at
        FROM subscriptions
        WHERE kind <> 'ADDON' AND tenant_id > %(after)s AND (%(only)s::text[] IS NULL OR tenant_id = ANY(%(only)s))
        GROUP BY tenant_id
        HAVING bool_and(status = 'EXPIRED') AND max(status_since) <= %(before)s
           AND bool_and(deletion_noticed_at >= status_since AND deletion_noticed_at <= %(noticed_before)s)
        ORDER BY tenant_id
        LIMIT %(limit)s
    """)
    wanted = {"before": before, "noticed_before": noticed_before, "after": after, "limit": limit, "only": None}
    tenant_ids = [row["tenant_id"] for row in connection.execute(found, wanted)]
    connection.execute("SELECT FROM subscriptions WHERE tenant_id = ANY(%(ids)s) FOR UPDATE", {"ids": tenant_ids})
    rows = connection.execute(found, {**wanted, "only": tenant_ids})
    return {row["tenant_id"]: row["expired_at"] for row in rows}
