"""The history of subscriptions, append-only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.subscriptions.lifecycle import SubscriptionStatus
from pulse.subscriptions.subscription import EventPosition, SubscriptionEvent


class Happening(NamedTuple):
    """An entry for the history."""

    tenant_id: str
    subscription_id: UUID
    time: datetime
    event: str
    actor: str
    from_status: SubscriptionStatus | None
    to_status: SubscriptionStatus
    detail: dict[str, Any]


def append_events(connection: Connection, happenings: Sequence[Happening]) -> None:
    """Append to the history; what happens to a MAIN's status happens to its ADDONs."""
    connection.execute(
        """
        INSERT INTO subscription_events (tenant_id, subscription_id, time, event, actor, from_status, to_status, detail)
        SELECT happening.tenant_id, subscriptions.subscription_id, happening.time, happening.event, happening.actor,
               happening.from_status, happening.to_status, happening.detail
        FROM jsonb_to_recordset(%(happenings)s) AS happening (
                 tenant_id text, subscription_id uuid, time timestamptz, event text, actor text, from_status text,
                 to_status text, detail jsonb, position integer
             )
        JOIN subscriptions
          ON subscriptions.tenant_id = happening.tenant_id
         AND (subscriptions.subscription_id = happening.subscription_id
              OR (subscriptions.parent_subscription_id = happening.subscription_id
                  AND happening.from_status <> happening.to_status))
        ORDER BY happening.position
        """,
        {
            "happenings": Jsonb(
                [
                    {
                        **happening._asdict(),
                        "subscription_id": str(happening.subscription_id),
                        "time": happening.time.isoformat(),
                        "position": position,
                    }
                    for position, happening in enumerate(happenings)
                ]
            )
        },
    )


def list_events(
    connection: Connection,
    *,
    tenant_id: str,
    subscription_id: UUID | None,
    limit: int,
    after: EventPosition | None,
) -> list[SubscriptionEvent]:
    """The history of a tenant's subscriptions or of one, newest first, one more than `limit` if there are more."""
    rows = connection.execute(
        """
        SELECT event_id, subscription_id, time, event, actor, from_status, to_status, detail
        FROM subscription_events
        WHERE tenant_id = %(tenant_id)s
          AND (%(subscription_id)s::uuid IS NULL OR subscription_id = %(subscription_id)s)
          AND (%(after_time)s::timestamptz IS NULL OR (time, event_id) < (%(after_time)s, %(after_id)s))
        ORDER BY time DESC, event_id DESC
        LIMIT %(limit)s
        """,
        {
            "tenant_id": tenant_id,
            "subscription_id": subscription_id,
            "after_time": after.time if after else None,
            "after_id": after.event_id if after else None,
            "limit": limit + 1,
        },
    )
    return [SubscriptionEvent.model_validate(row) for row in rows]
