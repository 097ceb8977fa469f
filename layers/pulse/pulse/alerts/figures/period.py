"""What a tenant's alerts came to in a period."""

from datetime import datetime
from typing import Any, Final

from pydantic import Field

from pulse.alerts.figures.inbox import NoisyDevice, read_noisy_devices
from pulse.alerts.severity import Severity
from pulse.database import Connection
from pulse.models import Model

_MOST: Final = 5


class SeverityFigures(Model):
    """Alerts of one severity."""

    severity: Severity
    opened: int = Field(description="Opened in the period")
    closed: int = Field(description="Closed in the period, whenever they were opened")
    still_open: int = Field(description="Not closed at its end, whenever they were opened")


class NoisyRule(Model):
    """A rule that alerted."""

    rule_id: str
    name: str
    opened: int = Field(description="Alerts that it opened in the period")


class AlertFigures(Model):
    """Alerts of a period."""

    by_severity: list[SeverityFigures] = Field(description="All five, the worst first")
    mean_seconds_to_acknowledge: float | None = Field(
        description="From opening to acknowledging, of those acknowledged in the period; null when none was"
    )
    mean_seconds_to_close: float | None = Field(
        description="From opening to closing, of those closed in the period; null when none was"
    )
    noisy_devices: list[NoisyDevice] = Field(description=f"At most {_MOST}, the noisiest first")
    noisy_rules: list[NoisyRule] = Field(description=f"At most {_MOST}, the noisiest first")

    @property
    def opened(self) -> int:
        """Alerts opened in the period."""
        return sum(figures.opened for figures in self.by_severity)

    @property
    def closed(self) -> int:
        """Alerts closed in the period."""
        return sum(figures.closed for figures in self.by_severity)

    @property
    def still_open(self) -> int:
        """Alerts that were not closed at its end."""
        return sum(figures.still_open for figures in self.by_severity)


def read_period(connection: Connection, tenant_id: str, *, start: datetime, end: datetime) -> AlertFigures:
    """Count in a tenant's session; the start is part of the period, its end is not."""
    parameters = {"tenant_id": tenant_id, "start": start, "end": end, "limit": _MOST}
    counted = {
        row["severity"]: row
        for row in connection.execute(
            """
            SELECT severity,
                   count(*) FILTER (WHERE opened_at >= %(start)s AND opened_at < %(end)s) AS opened,
                   count(*) FILTER (WHERE closed_at >= %(start)s AND closed_at < %(end)s) AS closed,
                   count(*) FILTER (WHERE opened_at < %(end)s AND (closed_at IS NULL OR closed_at >= %(end)s))
                       AS still_open
            FROM alerts
            WHERE tenant_id = %(tenant_id)s
              AND (status <> 'CLOSED' OR opened_at >= %(start)s OR closed_at >= %(start)s)
            GROUP BY severity
            """,
            parameters,
        )
    }
    means = _means(connection, parameters)
    return AlertFigures(
        by_severity=[_of_severity(severity, counted.get(severity.value)) for severity in reversed(Severity)],
        mean_seconds_to_acknowledge=means["acknowledge"],
        mean_seconds_to_close=means["close"],
        noisy_devices=read_noisy_devices(connection, tenant_id, start=start, end=end, limit=_MOST),
        noisy_rules=_noisy_rules(connection, parameters),
    )


def _of_severity(severity: Severity, row: dict[str, Any] | None) -> SeverityFigures:
    if row is None:
        return SeverityFigures(severity=severity, opened=0, closed=0, still_open=0)
    return SeverityFigures.model_validate(row)


def _means(connection: Connection, parameters: dict[str, Any]) -> dict[str, float | None]:
    row = connection.execute(
        """
        SELECT extract(epoch FROM avg(acknowledged_at - opened_at) FILTER (
                   WHERE acknowledged_at >= %(start)s AND acknowledged_at < %(end)s
               ))::float8 AS acknowledge,
               extract(epoch FROM avg(closed_at - opened_at) FILTER (
                   WHERE closed_at >= %(start)s AND closed_at < %(end)s
               ))::float8 AS close
        FROM alerts
        WHERE tenant_id = %(tenant_id)s
          AND (status <> 'CLOSED' OR closed_at >= %(start)s)
        """,
        parameters,
    ).fetchone()
    assert row is not None
    return row


def _noisy_rules(connection: Connection, parameters: dict[str, Any]) -> list[NoisyRule]:
    rows = connection.execute(
        """
        SELECT alerts.rule_id::text AS rule_id, count(*) AS opened,
               coalesce(max(alert_rules.name), max(alerts.details ->> 'rule'), 'a deleted rule') AS name
        FROM alerts
        LEFT JOIN alert_rules ON alert_rules.tenant_id = alerts.tenant_id AND alert_rules.rule_id = alerts.rule_id
        WHERE alerts.tenant_id = %(tenant_id)s AND alerts.rule_id IS NOT NULL
          AND alerts.opened_at >= %(start)s AND alerts.opened_at < %(end)s
        GROUP BY alerts.rule_id
        ORDER BY opened DESC, name
        LIMIT %(limit)s
        """,
        parameters,
    )
    return [NoisyRule.model_validate(row) for row in rows]
