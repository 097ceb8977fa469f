"""Tests of targets of gateways in the database: the newest of each target."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.targets.target_store import TargetKey

type TrialRow = dict[str, Any]


def find_trial(connection: Connection, key: TargetKey) -> TrialRow | None:
    """The newest test of a target, if a gateway was ever told to make one."""
    return connection.execute(
        """
        SELECT trial_id, gateway_device_id, asked_at, give_up_at, answered_at, result
        FROM target_trials
        WHERE tenant_id = %(tenant_id)s AND target_id = %(target_id)s
        """,
        key._asdict(),
    ).fetchone()


def begin_trial(
    connection: Connection, key: TargetKey, trial_id: UUID, *, gateway: str, asked_at: datetime, give_up_at: datetime
) -> None:
    """Wait for what a gateway is told to ask; what is known of the test before is forgotten."""
    connection.execute(
        """
        INSERT INTO target_trials (tenant_id, target_id, trial_id, gateway_device_id, asked_at, give_up_at)
        VALUES (%(tenant_id)s, %(target_id)s, %(trial_id)s, %(gateway)s, %(asked_at)s, %(give_up_at)s)
        ON CONFLICT (tenant_id, target_id) DO UPDATE
        SET trial_id = excluded.trial_id, gateway_device_id = excluded.gateway_device_id,
            asked_at = excluded.asked_at, give_up_at = excluded.give_up_at, answered_at = NULL, result = NULL
        """,
        {
            **key._asdict(),
            "trial_id": trial_id,
            "gateway": gateway,
            "asked_at": asked_at,
            "give_up_at": give_up_at,
        },
    )


def end_trial(
    connection: Connection, key: TargetKey, trial_id: UUID, *, gateway: str, result: dict[str, Any], now: datetime
) -> bool:
    """Keep what came of a test; whether somebody waits for just this one from that gateway."""
    ended = connection.execute(
        """
        UPDATE target_trials
        SET answered_at = %(now)s, result = %(result)s
        WHERE tenant_id = %(tenant_id)s AND target_id = %(target_id)s AND trial_id = %(trial_id)s
          AND gateway_device_id = %(gateway)s AND answered_at IS NULL
        """,
        {**key._asdict(), "trial_id": trial_id, "gateway": gateway, "result": Jsonb(result), "now": now},
    )
    return ended.rowcount == 1
