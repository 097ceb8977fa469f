"""Reading the meters: every few minutes what was used since goes into the tenant's hour.

Messages and readings are differences of counters that ingest keeps, and go into the hour in which they are read.
Everything else is worked out anew for the hour at hand and the one before, so that a run that was missed costs nothing.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from psycopg.types.json import Jsonb

from pulse.database import Connection, ingest_session
from pulse.limits.counters import admitted_since
from pulse.limits.definitions import LimitName
from pulse.limits.many_tenants import rates_of_tenants
from pulse.notifications.platform_figures import sent_by_tenant
from pulse.settings import settings
from pulse.telemetry.usage import Stored, stored_so_far
from pulse.tenants.registry import list_customers

_HOUR: Final = timedelta(hours=1)
_ONE_METER: Final = 0x4D455445  # "METE": a number of our own among advisory locks


def meter_usage(now: datetime) -> int:
    """Read all meters; return how many tenants there are. Raises TransientUnavailableError, psycopg.Error."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    with ingest_session() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%(key)s)", {"key": _ONE_METER})
        _add_stored(connection, hour, stored_so_far(connection))
        for start in (hour - _HOUR, hour):
            _set_notifications(connection, start, sent_by_tenant(connection, start=start, end=start + _HOUR))
        _set_storage(connection, hour)
        tenants = [tenant.tenant_id for tenant in list_customers(connection)]
        rates = rates_of_tenants(connection, tenants)
    # Outside of the transaction: there is a call to the table of short-lived state for each tenant.
    calls: dict[tuple[str, datetime], int] = {}
    for tenant_id in tenants:
        of_tenant = rates[tenant_id].get(LimitName.API_TENANT, ())
        for start, count in admitted_since(LimitName.API_TENANT, of_tenant[:1], tenant_id, hour - _HOUR).items():
            key = (tenant_id, start.replace(minute=0, second=0, microsecond=0))
            calls[key] = calls.get(key, 0) + count
    with ingest_session() as connection:
        _set_calls(connection, calls)
    return len(tenants)


def _add_stored(connection: Connection, hour: datetime, totals: Mapping[str, Stored]) -> None:
    connection.execute(
        """
        WITH totals AS (
            SELECT * FROM jsonb_to_recordset(%(totals)s) AS total (tenant_id text, messages bigint, readings bigint)
        ),
        growth AS (
            SELECT tenant_id, totals.messages - coalesce(usage_meters.messages, 0) AS messages,
                   totals.readings - coalesce(usage_meters.readings, 0) AS readings
            FROM totals LEFT JOIN usage_meters USING (tenant_id)
        ),
        noted AS (
            INSERT INTO usage_meters (tenant_id, messages, readings)
            SELECT tenant_id, messages, readings FROM totals
            ON CONFLICT (tenant_id) DO UPDATE
            SET messages = excluded.messages, readings = excluded.readings
        )
        INSERT INTO usage_hourly (tenant_id, hour, messages, readings)
        SELECT tenant_id, %(hour)s, messages, readings FROM growth WHERE messages > 0 OR readings > 0
        ON CONFLICT (tenant_id, hour) DO UPDATE
        SET messages = usage_hourly.messages + excluded.messages,
            readings = usage_hourly.readings + excluded.readings
        """,
        {
            "hour": hour,
            "totals": Jsonb([{"tenant_id": tenant_id, **stored._asdict()} for tenant_id, stored in totals.items()]),
        },
    )


def _set_notifications(connection: Connection, hour: datetime, sent: Mapping[str, int]) -> None:
    connection.execute(
        """
        INSERT INTO usage_hourly (tenant_id, hour, notifications)
        SELECT tenant_id, %(hour)s, notifications
        FROM jsonb_to_recordset(%(sent)s) AS sent (tenant_id text, notifications bigint)
        ON CONFLICT (tenant_id, hour) DO UPDATE
        SET notifications = excluded.notifications
        """,
        {
            "hour": hour,
            "sent": Jsonb([{"tenant_id": tenant_id, "notifications": count} for tenant_id, count in sent.items()]),
        },
    )


def _set_calls(connection: Connection, calls: Mapping[tuple[str, datetime], int]) -> None:
    """Counts expire, so that an hour's never shrinks."""
    connection.execute(
        """
        INSERT INTO usage_hourly (tenant_id, hour, api_calls)
        SELECT tenant_id, hour, api_calls
        FROM jsonb_to_recordset(%(calls)s) AS call (tenant_id text, hour timestamptz, api_calls bigint)
        ON CONFLICT (tenant_id, hour) DO UPDATE
        SET api_calls = greatest(usage_hourly.api_calls, excluded.api_calls)
        """,
        {
            "calls": Jsonb(
                [
                    {"tenant_id": tenant_id, "hour": hour.isoformat(), "api_calls": count}
                    for (tenant_id, hour), count in calls.items()
                ]
            )
        },
    )


def _set_storage(connection: Connection, hour: datetime) -> None:
    """Once an hour: each tenant's readings within the retention, times what a reading takes on average."""
    connection.execute(
        """
        INSERT INTO usage_hourly (tenant_id, hour, stored_bytes)
        SELECT usage_hourly.tenant_id, %(hour)s,
               (sum(usage_hourly.readings) * telemetry.size_bytes / greatest(telemetry.readings, 1))::bigint
        FROM usage_hourly, pulse_telemetry_size() AS telemetry
        WHERE usage_hourly.hour > %(hour)s - %(kept)s
          AND NOT EXISTS (SELECT FROM usage_hourly AS known WHERE known.hour = %(hour)s AND known.stored_bytes > 0)
        GROUP BY usage_hourly.tenant_id, telemetry.size_bytes, telemetry.readings
        HAVING sum(usage_hourly.readings) > 0
        ON CONFLICT (tenant_id, hour) DO UPDATE
        SET stored_bytes = excluded.stored_bytes
        """,
        {"hour": hour, "kept": timedelta(days=settings().telemetry_retention_days)},
    )
