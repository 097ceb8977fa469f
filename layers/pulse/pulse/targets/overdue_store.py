"""Targets that their gateways owe a result of."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from pulse.database import Connection
from pulse.targets.causes import OverdueTargets
from pulse.targets.target_store import TargetKey

MOST_NAMED: Final = 10


class DueResult(NamedTuple):
    """A target that somebody looks after, because its gateway should have told of it."""

    key: TargetKey
    addon_id: str
    gateway_device_id: str
    is_overdue: bool


def claim_due_results(connection: Connection, *, now: datetime, again_at: datetime, limit: int) -> list[DueResult]:
    """Targets whose results should be there, locked; they are looked after again later."""
    rows = connection.execute(
        """
        WITH due AS (
            SELECT tenant_id, target_id
            FROM poll_targets
            WHERE result_due_at <= %(now)s
            ORDER BY result_due_at
            LIMIT %(limit)s
            FOR UPDATE SKIP LOCKED
        )
        UPDATE poll_targets AS target
        SET result_due_at = %(again_at)s
        FROM due
        WHERE target.tenant_id = due.tenant_id AND target.target_id = due.target_id
        RETURNING target.tenant_id, target.target_id, target.addon_id, target.gateway_device_id,
                  target.overdue_since IS NOT NULL AS is_overdue
        """,
        {"now": now, "again_at": again_at, "limit": limit},
    )
    return [
        DueResult(
            TargetKey(row["tenant_id"], row["target_id"]),
            row["addon_id"],
            row["gateway_device_id"],
            row["is_overdue"],
        )
        for row in rows
    ]


def set_overdue(connection: Connection, keys: Iterable[TargetKey], *, since: datetime | None) -> None:
    """Note since when results of targets are owed, or that they are not."""
    pairs = sorted(keys)
    connection.execute(
        """
        UPDATE poll_targets AS target
        SET overdue_since = %(since)s
        FROM unnest(%(tenant_ids)s::text[], %(target_ids)s::uuid[]) AS meant (tenant_id, target_id)
        WHERE target.tenant_id = meant.tenant_id AND target.target_id = meant.target_id
        """,
        {
            "since": since,
            "tenant_ids": [key.tenant_id for key in pairs],
            "target_ids": [key.target_id for key in pairs],
        },
    )


def overdue_targets(connection: Connection, tenant_id: str, device_id: str) -> OverdueTargets | None:
    """What a gateway owes, if anything. Whoever asks is alone with it: two who end the last two see each other."""
    parameters = {"tenant_id": tenant_id, "device_id": device_id, "most": MOST_NAMED}
    connection.execute(
        """
        SELECT FROM gateway_assignments
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s
        FOR UPDATE
        """,
        parameters,
    )
    row = connection.execute(
        """
        SELECT count(*) AS total, min(overdue_since) AS since,
               (array_agg(name ORDER BY overdue_since, name))[1:%(most)s] AS names
        FROM poll_targets
        WHERE tenant_id = %(tenant_id)s AND gateway_device_id = %(device_id)s AND overdue_since IS NOT NULL
        """,
        parameters,
    ).fetchone()
    assert row is not None
    return OverdueTargets(row["total"], row["names"], row["since"]) if row["total"] else None
