"""The tables of rules and of what each rule remembers of a device."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from pulse.alerts.evaluation.evaluator import Progress
from pulse.alerts.rules.alert_rule import AlertRule, Scope
from pulse.alerts.rules.criteria import Criterion
from pulse.alerts.rules.sliding_window import Bucket
from pulse.alerts.severity import Severity
from pulse.database import Connection
from pulse.devices.registry import DeviceKey
from pulse.models import WHEN_USED

type ProgressKey = tuple[str, UUID, str]
"""(tenant_id, rule_id, device_id)"""


def device_of(key: ProgressKey) -> DeviceKey:
    """The device of a rule's progress."""
    tenant_id, _, device_id = key
    return tenant_id, device_id


_RULES_LOCK: Final = 0x52554C45  # "RULE": a number space of our own among advisory locks
_criteria: Final = TypeAdapter[Criterion](Criterion, config=WHEN_USED)


def read_criterion(document: object) -> Criterion:
    """A criterion as it is stored."""
    return _criteria.validate_python(document)


def read_rule(row: Mapping[str, Any]) -> AlertRule:
    """A row as what is evaluated."""
    return AlertRule(
        tenant_id=row["tenant_id"],
        rule_id=row["rule_id"],
        name=row["name"],
        criterion=read_criterion(row["criterion"]),
        severity=Severity(row["severity"]),
        scope=Scope.model_validate(row["scope"]),
        message=row["message"],
    )


def keep_rules(connection: Connection, tenant_ids: Iterable[str]) -> None:
    """Hold off changes of the tenants' rules until the transaction ends: what is evaluated is what is in force.

    Whoever changes rules waits in `claim_rules` for evaluations under way, and those after it see the change.
    """
    connection.execute(
        """
        SELECT pg_advisory_xact_lock_shared(hashtextextended(tenant_id, %(namespace)s))
        FROM unnest(%(tenant_ids)s::text[]) AS tenant_id
        """,
        {"tenant_ids": sorted(set(tenant_ids)), "namespace": _RULES_LOCK},
    )


def claim_rules(connection: Connection, tenant_id: str) -> None:
    """Hold off evaluations of the tenant's rules until the transaction ends, and wait for those under way."""
    connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(%(tenant_id)s, %(namespace)s))",
        {"tenant_id": tenant_id, "namespace": _RULES_LOCK},
    )


def tenants_with_rules(connection: Connection, tenant_ids: Iterable[str]) -> set[str]:
    """Those of the tenants that have an enabled rule."""
    rows = connection.execute(
        """
        SELECT wanted.tenant_id
        FROM unnest(%(tenant_ids)s::text[]) AS wanted (tenant_id)
        WHERE EXISTS (SELECT FROM alert_rules WHERE alert_rules.tenant_id = wanted.tenant_id AND enabled)
        """,
        {"tenant_ids": sorted(set(tenant_ids))},
    )
    return {row["tenant_id"] for row in rows}


def load_progress(connection: Connection, keys: Sequence[DeviceKey]) -> dict[ProgressKey, Progress]:
    """What rules remember of these devices. The devices' state rows must be locked by the caller."""
    rows = connection.execute(
        """
        SELECT tenant_id, rule_id, device_id, breached_since, due_at, alerting, last_sample_at, last_values, history
        FROM rule_state
        WHERE (tenant_id, device_id) IN (SELECT * FROM unnest(%(tenant_ids)s::text[], %(device_ids)s::text[]))
        """,
        {"tenant_ids": [tenant for tenant, _ in keys], "device_ids": [device for _, device in keys]},
    )
    return {
        (row["tenant_id"], row["rule_id"], row["device_id"]): Progress(
            row["breached_since"],
            row["due_at"],
            row["alerting"],
            row["last_sample_at"],
            row["last_values"],
            tuple(Bucket(*bucket) for bucket in row["history"]),
        )
        for row in rows
    }


def write_progress(connection: Connection, changes: Mapping[ProgressKey, Progress | None]) -> None:
    """Remember, or forget where there is nothing left to remember."""
    forgotten = [key for key, progress in changes.items() if progress is None]
    if forgotten:
        connection.execute(
            """
            DELETE FROM rule_state
            WHERE (tenant_id, rule_id, device_id) IN (
                SELECT * FROM unnest(%(tenant_ids)s::text[], %(rule_ids)s::uuid[], %(device_ids)s::text[])
            )
            """,
            {
                "tenant_ids": [tenant for tenant, _, _ in forgotten],
                "rule_ids": [rule for _, rule, _ in forgotten],
                "device_ids": [device for _, _, device in forgotten],
            },
        )
    kept = [(key, progress) for key, progress in changes.items() if progress is not None]
    if kept:
        connection.execute(
            """
            INSERT INTO rule_state (tenant_id, rule_id, device_id, breached_since, due_at, alerting, last_sample_at,
                                    last_values, history)
            SELECT *
            FROM unnest(
                %(tenant_ids)s::text[], %(rule_ids)s::uuid[], %(device_ids)s::text[],
                %(breached_since)s::timestamptz[], %(due_at)s::timestamptz[], %(alerting)s::boolean[],
                %(last_sample_at)s::timestamptz[], %(last_values)s::jsonb[], %(histories)s::jsonb[]
            )
            ON CONFLICT (tenant_id, rule_id, device_id) DO UPDATE
            SET breached_since = excluded.breached_since,
                due_at = excluded.due_at,
                alerting = excluded.alerting,
                last_sample_at = excluded.last_sample_at,
                last_values = excluded.last_values,
                history = excluded.history
            """,
            {
                "tenant_ids": [tenant for (tenant, _, _), _ in kept],
                "rule_ids": [rule for (_, rule, _), _ in kept],
                "device_ids": [device for (_, _, device), _ in kept],
                "breached_since": [progress.breached_since for _, progress in kept],
                "due_at": [progress.due_at for _, progress in kept],
                "alerting": [progress.alerting for _, progress in kept],
                "last_sample_at": [progress.last_sample_at for _, progress in kept],
                "last_values": [Jsonb(dict(progress.last_values)) for _, progress in kept],
                "histories": [Jsonb([list(bucket) for bucket in progress.history]) for _, progress in kept],
            },
        )


def forget_progress(
    connection: Connection,
    tenant_id: str,
    *,
    rule_id: UUID | None = None,
    device_ids: Sequence[str] | None = None,
) -> None:
    """Forget what a rule, or all of them, remember of a tenant's devices, all or some."""
    connection.execute(
        """
        DELETE FROM rule_state
        WHERE tenant_id = %(tenant_id)s
          AND (%(rule_id)s::uuid IS NULL OR rule_id = %(rule_id)s)
          AND (%(device_ids)s::text[] IS NULL OR device_id = ANY(%(device_ids)s))
        """,
        {"tenant_id": tenant_id, "rule_id": rule_id, "device_ids": device_ids},
    )


def forget_pending(connection: Connection, tenant_id: str, rule_id: UUID) -> None:
    """Forget runs that have not fired, and windows; what has fired goes on until a sample says otherwise."""
    connection.execute(
        """
        DELETE FROM rule_state
        WHERE tenant_id = %(tenant_id)s AND rule_id = %(rule_id)s AND NOT alerting
        """,
        {"tenant_id": tenant_id, "rule_id": rule_id},
    )
    connection.execute(
        """
        UPDATE rule_state
        SET history = '[]'
        WHERE tenant_id = %(tenant_id)s AND rule_id = %(rule_id)s
        """,
        {"tenant_id": tenant_id, "rule_id": rule_id},
    )


def find_live_devices(connection: Connection, tenant_id: str, rule_id: UUID) -> list[str]:
    """Devices that a rule has a live alert for, or remembers something of."""
    rows = connection.execute(
        """
        SELECT device_id
        FROM alerts
        WHERE tenant_id = %(tenant_id)s AND rule_id = %(rule_id)s AND status <> 'CLOSED' AND device_id IS NOT NULL
        UNION
        SELECT device_id
        FROM rule_state
        WHERE tenant_id = %(tenant_id)s AND rule_id = %(rule_id)s
        """,
        {"tenant_id": tenant_id, "rule_id": rule_id},
    )
    return [row["device_id"] for row in rows]


def find_live_fingerprints(
    connection: Connection,
    tenant_id: str,
    *,
    rule_id: UUID | None = None,
    device_ids: Sequence[str] | None = None,
) -> list[str]:
    """Fingerprints of the live alerts of a rule, or of any cause, on a tenant's devices, all or some."""
    rows = connection.execute(
        """
        SELECT fingerprint
        FROM alerts
        WHERE tenant_id = %(tenant_id)s
          AND status <> 'CLOSED'
          AND (%(rule_id)s::uuid IS NULL OR rule_id = %(rule_id)s)
          AND (%(device_ids)s::text[] IS NULL OR device_id = ANY(%(device_ids)s))
        ORDER BY fingerprint
        """,
        {"tenant_id": tenant_id, "rule_id": rule_id, "device_ids": device_ids},
    )
    return [row["fingerprint"] for row in rows]


def find_live_fingerprints_of(connection: Connection, causes: Sequence[ProgressKey]) -> list[tuple[str, str]]:
    """Tenant and fingerprint of the live alerts that rules have opened on devices."""
    rows = connection.execute(
        """
        SELECT tenant_id, fingerprint
        FROM alerts
        JOIN unnest(%(tenant_ids)s::text[], %(rule_ids)s::uuid[], %(device_ids)s::text[])
             AS causes (tenant_id, rule_id, device_id) USING (tenant_id, rule_id, device_id)
        WHERE status <> 'CLOSED'
        ORDER BY tenant_id, fingerprint
        """,
        {
            "tenant_ids": [tenant for tenant, _, _ in causes],
            "rule_ids": [rule for _, rule, _ in causes],
            "device_ids": [device for _, _, device in causes],
        },
    )
    return [(row["tenant_id"], row["fingerprint"]) for row in rows]


def begin_gaps(
    connection: Connection,
    tenant_id: str,
    rule_id: UUID,
    *,
    last_at: Mapping[str, datetime],
    gap: timedelta,
    now: datetime,
) -> None:
    """Let a rule wait for devices that have sent before, those that it remembers nothing of.

    A gap that is over its time already counts from now: nobody was to notice it before.
    """
    connection.execute(
        """
        INSERT INTO rule_state (tenant_id, rule_id, device_id, breached_since, due_at, last_sample_at)
        SELECT %(tenant_id)s, %(rule_id)s, device_id, last_at, greatest(last_at + %(gap)s, %(now)s), last_at
        FROM unnest(%(device_ids)s::text[], %(last_at)s::timestamptz[]) AS known (device_id, last_at)
        ON CONFLICT DO NOTHING
        """,
        {
            "tenant_id": tenant_id,
            "rule_id": rule_id,
            "device_ids": list(last_at),
            "last_at": list(last_at.values()),
            "gap": gap,
            "now": now,
        },
    )


def find_due_runs(connection: Connection, now: datetime, *, limit: int) -> list[ProgressKey]:
    """Runs that have lasted for their rule's duration. Not locked: lock their devices, then read the progress again."""
    rows = connection.execute(
        """
        SELECT tenant_id, rule_id, device_id
        FROM rule_state
        WHERE due_at <= %(now)s
        ORDER BY due_at
        LIMIT %(limit)s
        """,
        {"now": now, "limit": limit},
    )
    return [(row["tenant_id"], row["rule_id"], row["device_id"]) for row in rows]


def next_due_run(connection: Connection) -> datetime | None:
    """When the next run is due."""
    row = connection.execute("SELECT min(due_at) AS due_at FROM rule_state").fetchone()
    return row["due_at"] if row is not None else None
