"""The table of alerts as the machine plane writes it: many alerts of many tenants in one statement.

Whoever changes alerts locks them first, in the order of tenant and fingerprint, so that nobody waits for each other.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from pulse.alerts.severity import Severity
from pulse.alerts.telling import AlertRow
from pulse.database import Connection

type AlertKey = tuple[str, str]
"""(tenant_id, fingerprint): of one cause there is at most one live alert."""

RETRIGGERS_ARE_TOLD_EVERY: Final = timedelta(minutes=1)
CALM_AFTER: Final = timedelta(minutes=15)
"""A flapping cause that has neither come nor gone for so long is calm."""


class Opening(NamedTuple):
    """A cause that was seen: opens an alert, or re-triggers the live one of the same fingerprint `times` times."""

    tenant_id: str
    fingerprint: str
    source: str
    type: str
    severity: Severity
    summary: str
    details: dict[str, Any]
    time: datetime
    device_id: str | None = None
    site_id: str | None = None
    rule_id: UUID | None = None
    times: int = 1

    @property
    def key(self) -> AlertKey:
        """What identifies the cause."""
        return (self.tenant_id, self.fingerprint)


class Closing(NamedTuple):
    """The end of a cause: closes its live alert, if there is one.

    A flapping alert waits for the calm, unless the end is `final`: the cause can't come again.
    """

    tenant_id: str
    fingerprint: str
    reason: str
    time: datetime
    details: dict[str, Any]
    final: bool = False

    @property
    def key(self) -> AlertKey:
        """What identifies the cause."""
        return (self.tenant_id, self.fingerprint)


def lock_live_alerts(connection: Connection, keys: Iterable[AlertKey]) -> dict[AlertKey, AlertRow]:
    """Lock the live alerts of these causes and read them."""
    wanted = sorted(set(keys))
    rows = connection.execute(
        """
        SELECT *
        FROM alerts
        WHERE (tenant_id, fingerprint) IN (SELECT * FROM unnest(%(tenant_ids)s::text[], %(fingerprints)s::text[]))
          AND status <> 'CLOSED'
        ORDER BY tenant_id, fingerprint
        FOR UPDATE
        """,
        {"tenant_ids": [tenant_id for tenant_id, _ in wanted], "fingerprints": [cause for _, cause in wanted]},
    )
    return {(row["tenant_id"], row["fingerprint"]): row for row in rows}


def live_among(connection: Connection, keys: Iterable[AlertKey]) -> set[AlertKey]:
    """Those of the causes that have a live alert at this moment; nothing is locked."""
    wanted = sorted(set(keys))
    rows = connection.execute(
        """
        SELECT tenant_id, fingerprint
        FROM alerts
        WHERE (tenant_id, fingerprint) IN (SELECT * FROM unnest(%(tenant_ids)s::text[], %(fingerprints)s::text[]))
          AND status <> 'CLOSED'
        """,
        {"tenant_ids": [tenant_id for tenant_id, _ in wanted], "fingerprints": [cause for _, cause in wanted]},
    )
    return {(row["tenant_id"], row["fingerprint"]) for row in rows}


def open_or_retrigger(connection: Connection, openings: Sequence[Opening]) -> list[AlertRow]:
    """Open alerts, or count the cause in the live ones; return them as they are then.

    `last_retrigger` says what became of each: null of a new one, RAISED when the severity rose (it never falls), TOLD
    when the last telling is a minute old, else COUNTED. One statement, so that alerts are locked in their order.
    """
    return connection.execute(
        """
        INSERT INTO alerts (tenant_id, fingerprint, source, type, severity, summary, details, opened_at,
                            last_triggered_at, device_id, site_id, rule_id, trigger_count)
        SELECT tenant_id, fingerprint, source, type, severity, summary, details, time, time, device_id, site_id,
               rule_id, times
        FROM jsonb_to_recordset(%(openings)s) AS seen (
            tenant_id text, fingerprint text, source text, type text, severity severity, summary text, details jsonb,
            time timestamptz, device_id text, site_id text, rule_id uuid, times integer
        )
        ORDER BY tenant_id, fingerprint
        ON CONFLICT (tenant_id, fingerprint) WHERE status <> 'CLOSED' DO UPDATE
        SET trigger_count = alerts.trigger_count + excluded.trigger_count,
            last_triggered_at = greatest(alerts.last_triggered_at, excluded.last_triggered_at),
            severity = greatest(alerts.severity, excluded.severity),
            summary = excluded.summary,
            details = excluded.details,
            -- A flapping cause that is there again is as far from calm as ever.
            calm_at = CASE
                WHEN alerts.cause_ended_at IS NULL THEN alerts.calm_at
                ELSE excluded.opened_at + %(calm_after)s
            END,
            cause_ended_at = NULL,
            last_retrigger = CASE
                WHEN excluded.severity > alerts.severity THEN 'RAISED'
                WHEN excluded.opened_at >= coalesce(alerts.retrigger_told_at, alerts.opened_at) + %(told_every)s
                THEN 'TOLD'
                ELSE 'COUNTED'
            END,
            retrigger_told_at = CASE
                WHEN excluded.severity > alerts.severity
                  OR excluded.opened_at >= coalesce(alerts.retrigger_told_at, alerts.opened_at) + %(told_every)s
                THEN greatest(alerts.retrigger_told_at, excluded.opened_at)
                ELSE alerts.retrigger_told_at
            END
        RETURNING *
        """,
        {"openings": _records(openings), "told_every": RETRIGGERS_ARE_TOLD_EVERY, "calm_after": CALM_AFTER},
    ).fetchall()


def end_alerts(connection: Connection, closings: Sequence[Closing]) -> list[AlertRow]:
    """Close alerts that the caller has locked; return them as they are then."""
    if not closings:
        return []
    return connection.execute(
        """
        UPDATE alerts
        SET status = 'CLOSED',
            closed_at = greatest(ended.time, alerts.opened_at),
            closed_by = 'system',
            closed_reason = ended.reason,
            details = alerts.details || ended.details,
            silenced_at = NULL,
            silenced_until = NULL,
            silenced_by = NULL
        FROM jsonb_to_recordset(%(closings)s) AS ended (
            tenant_id text, fingerprint text, reason text, time timestamptz, details jsonb
        )
        WHERE alerts.tenant_id = ended.tenant_id
          AND alerts.fingerprint = ended.fingerprint
          AND alerts.status <> 'CLOSED'
        RETURNING alerts.*
        """,
        {"closings": _records(closings)},
    ).fetchall()


def await_calm(connection: Connection, closings: Sequence[Closing]) -> None:
    """Note that the causes of locked flapping alerts are away: they close when it stays like that."""
    if closings:
        connection.execute(
            """
            UPDATE alerts
            SET cause_ended_at = ended.time,
                calm_at = ended.time + %(calm_after)s
            FROM jsonb_to_recordset(%(closings)s) AS ended (tenant_id text, fingerprint text, time timestamptz)
            WHERE alerts.tenant_id = ended.tenant_id
              AND alerts.fingerprint = ended.fingerprint
              AND alerts.status <> 'CLOSED'
            """,
            {"closings": _records(closings), "calm_after": CALM_AFTER},
        )


def _records(values: Iterable[Opening | Closing]) -> Jsonb:
    return Jsonb([value._asdict() for value in values])
