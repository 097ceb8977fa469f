"""The life of an alert: opened, re-triggered, closed, each change with its timeline entry and its event.

Every writer (stream, sweep, people) goes through the same partial unique index: a cause has at most one live alert.
A re-trigger counts up, may raise the severity, and never turns ACKNOWLEDGED back into OPEN.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from pulse.alerts.severity import Severity
from pulse.alerts.timeline import TimelineEntry, append_timeline
from pulse.clock import format_instant
from pulse.database import Connection
from pulse.events.outbox import Event, add_events


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


class Closing(NamedTuple):
    """The end of a cause: closes its live alert, if there is one."""

    tenant_id: str
    fingerprint: str
    reason: str
    time: datetime
    details: dict[str, Any]


def open_alerts(connection: Connection, openings: Sequence[Opening]) -> int:
    """Open or re-trigger; fingerprints must differ within one call. Return how many alerts are new."""
    if not openings:
        return 0
    rows = connection.execute(
        """
        WITH seen AS (
            SELECT *
            FROM unnest(
                %(tenant_ids)s::text[], %(fingerprints)s::text[], %(sources)s::text[], %(types)s::text[],
                %(severities)s::severity[], %(summaries)s::text[], %(details)s::jsonb[], %(times)s::timestamptz[],
                %(device_ids)s::text[], %(site_ids)s::text[], %(rule_ids)s::uuid[], %(counts)s::integer[]
            ) AS seen (tenant_id, fingerprint, source, type, severity, summary, details, time, device_id, site_id,
                       rule_id, trigger_count)
        ),
        previous AS (
            SELECT alerts.alert_id, alerts.severity
            FROM alerts JOIN seen USING (tenant_id, fingerprint)
            WHERE alerts.status <> 'CLOSED'
        ),
        written AS (
            INSERT INTO alerts (tenant_id, fingerprint, source, type, severity, summary, details, opened_at,
                                last_triggered_at, device_id, site_id, rule_id, trigger_count)
            SELECT tenant_id, fingerprint, source, type, severity, summary, details, time, time, device_id, site_id,
                   rule_id, trigger_count
            FROM seen
            ORDER BY tenant_id, fingerprint
            ON CONFLICT (tenant_id, fingerprint) WHERE status <> 'CLOSED' DO UPDATE
            SET trigger_count = alerts.trigger_count + excluded.trigger_count,
                last_triggered_at = greatest(alerts.last_triggered_at, excluded.last_triggered_at),
                severity = greatest(alerts.severity, excluded.severity),
                summary = excluded.summary,
                details = excluded.details
            RETURNING *, xmax = 0 AS is_new
        )
        SELECT written.*, previous.severity AS previous_severity
        FROM written LEFT JOIN previous USING (alert_id)
        """,
        {
            "tenant_ids": [opening.tenant_id for opening in openings],
            "fingerprints": [opening.fingerprint for opening in openings],
            "sources": [opening.source for opening in openings],
            "types": [opening.type for opening in openings],
            "severities": [opening.severity.value for opening in openings],
            "summaries": [opening.summary for opening in openings],
            "details": [Jsonb(opening.details) for opening in openings],
            "times": [opening.time for opening in openings],
            "device_ids": [opening.device_id for opening in openings],
            "site_ids": [opening.site_id for opening in openings],
            "rule_ids": [opening.rule_id for opening in openings],
            "counts": [opening.times for opening in openings],
        },
    ).fetchall()

    opened = [row for row in rows if row["is_new"]]
    raised = [row for row in rows if row["previous_severity"] not in (None, row["severity"])]
    _tell(connection, opened, "opened", time_column="opened_at", describe=_cause)
    _tell(connection, raised, "severity_changed", time_column="last_triggered_at", describe=_cause)
    return len(opened)


def close_alerts(connection: Connection, closings: Sequence[Closing]) -> int:
    """Close the live alerts of causes that ended; return how many there were."""
    if not closings:
        return 0
    rows = connection.execute(
        """
        UPDATE alerts
        SET status = 'CLOSED',
            closed_at = greatest(ended.time, alerts.opened_at),
            closed_by = 'system',
            closed_reason = ended.reason,
            details = alerts.details || ended.details
        FROM unnest(
            %(tenant_ids)s::text[], %(fingerprints)s::text[], %(reasons)s::text[], %(times)s::timestamptz[],
            %(details)s::jsonb[]
        ) AS ended (tenant_id, fingerprint, reason, time, details)
        WHERE alerts.tenant_id = ended.tenant_id
          AND alerts.fingerprint = ended.fingerprint
          AND alerts.status <> 'CLOSED'
        RETURNING alerts.*
        """,
        {
            "tenant_ids": [closing.tenant_id for closing in closings],
            "fingerprints": [closing.fingerprint for closing in closings],
            "reasons": [closing.reason for closing in closings],
            "times": [closing.time for closing in closings],
            "details": [Jsonb(closing.details) for closing in closings],
        },
    ).fetchall()
    ends = {(closing.tenant_id, closing.fingerprint): closing for closing in closings}

    def end(alert: dict[str, Any]) -> dict[str, Any]:
        closing = ends[alert["tenant_id"], alert["fingerprint"]]
        return {"reason": closing.reason, **closing.details}

    _tell(connection, rows, "closed", time_column="closed_at", describe=end)
    return len(rows)


def event_payload(alert: dict[str, Any], *, by: str) -> dict[str, Any]:
    """What every `alert.*` event carries; `alert` is a row of the table."""
    return {
        "alert_id": str(alert["alert_id"]),
        "device_id": alert["device_id"],
        "site_id": alert["site_id"],
        "type": alert["type"],
        "severity": alert["severity"],
        "status": alert["status"],
        "summary": alert["summary"],
        "opened_at": format_instant(alert["opened_at"]),
        "by": by,
    }


def _tell(
    connection: Connection,
    alerts: Sequence[dict[str, Any]],
    event: str,
    *,
    time_column: str,
    describe: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    append_timeline(
        connection,
        [
            TimelineEntry(alert["tenant_id"], alert["alert_id"], alert[time_column], event, "system", describe(alert))
            for alert in alerts
        ],
    )
    add_events(
        connection,
        [Event(alert["tenant_id"], f"alert.{event}", event_payload(alert, by="system")) for alert in alerts],
    )


def _cause(alert: dict[str, Any]) -> dict[str, Any]:
    return {"severity": alert["severity"], "summary": alert["summary"], **alert["details"]}
