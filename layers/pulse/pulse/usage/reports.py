"""Usage as operators look at it: all tenants over a time, one tenant by hour or day, with an estimate of the cost."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from pydantic import Field

from pulse import clock
from pulse.database import Connection
from pulse.errors import FieldError, InvalidInputError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.models import Model
from pulse.operations.audit import audited_operator_session
from pulse.tenants.registry import get_tenant, list_customers
from pulse.usage.prices import UsagePrice, read_prices
from pulse.usage.pricing import Item, Price, Quantities, costs_of

_LONGEST: Final = timedelta(days=366)
_MOST_HOURS: Final = timedelta(days=31)


class Step(StrEnum):
    """How long a bucket is; days are those of UTC."""

    HOUR = "hour"
    DAY = "day"


class Usage(Model):
    """What was used in a time."""

    messages: int
    readings: int = Field(description="Rows: a message may have several readings")
    notifications: int = Field(description="Sent, every attempt that succeeded")
    api_calls: int
    stored_bytes: int = Field(description="Telemetry at the end of the time, a share of the table's size by readings")
    costs: dict[Item, Decimal] = Field(description="An estimate by the table of prices")
    cost: Decimal = Field(description="All of them together")


class TenantUsage(Usage):
    """What a tenant has used."""

    tenant_id: str
    name: str


class UsageBucket(Usage):
    """What was used in an hour or a day."""

    start: datetime


class UsageReport(Model):
    """All tenants over a time, the most expensive first."""

    as_of: datetime
    start: datetime
    end: datetime
    currency: str
    items: list[TenantUsage]
    total: Usage


class TenantUsageReport(Model):
    """One tenant over a time."""

    as_of: datetime
    tenant_id: str
    start: datetime
    end: datetime
    step: Step
    currency: str
    items: list[UsageBucket] = Field(description="The oldest first; those without usage are left out")
    total: Usage


def report_usage(actor: Principal, *, start: datetime | None, end: datetime | None, origin: Origin) -> UsageReport:
    """Every customer from `start` (30 days before `end`) to `end` (now).

    Raises NotPermittedError, InvalidInputError.
    """
    now = clock.now()
    start, end = _period(start, end, now, longest=_LONGEST)
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_USAGE, action="usage.report", origin=origin
    ) as connection:
        prices = read_prices(connection)
        rows = connection.execute(
            """
            SELECT tenant_id, sum(messages)::bigint AS messages, sum(readings)::bigint AS readings,
                   sum(notifications)::bigint AS notifications, sum(api_calls)::bigint AS api_calls,
                   sum(stored_bytes)::numeric AS stored_byte_hours,
                   (array_agg(stored_bytes ORDER BY hour DESC))[1] AS stored_bytes
            FROM usage_hourly
            WHERE hour >= %(start)s AND hour < %(end)s
            GROUP BY tenant_id
            """,
            {"start": start, "end": end},
        ).fetchall()
        customers = list_customers(connection)
    used = {row["tenant_id"]: row for row in rows}
    items = [
        TenantUsage(**_usage(used.get(tenant.tenant_id, {}), prices), tenant_id=tenant.tenant_id, name=tenant.name)
        for tenant in customers
    ]
    items.sort(key=lambda item: (-item.cost, item.tenant_id))
    return UsageReport(
        as_of=now,
        start=start,
        end=end,
        currency=prices[0].currency,
        items=items,
        total=_total([used[item.tenant_id] for item in items if item.tenant_id in used], prices),
    )


def report_usage_of_tenant(
    actor: Principal, tenant_id: str, *, start: datetime | None, end: datetime | None, step: Step, origin: Origin
) -> TenantUsageReport:
    """One tenant by hour (at most 31 days) or day. Raises NotPermittedError, NotFoundError, InvalidInputError."""
    now = clock.now()
    start, end = _period(start, end, now, longest=_MOST_HOURS if step is Step.HOUR else _LONGEST)
    with audited_operator_session(
        actor,
        Permission.OPERATOR_READ_USAGE,
        action="usage.tenant",
        origin=origin,
        subject=tenant_id,
        tenant_id=tenant_id,
    ) as connection:
        get_tenant(connection, tenant_id)
        prices = read_prices(connection)
        rows = _buckets(connection, tenant_id, start, end, step)
    return TenantUsageReport(
        as_of=now,
        tenant_id=tenant_id,
        start=start,
        end=end,
        step=step,
        currency=prices[0].currency,
        items=[UsageBucket(**_usage(row, prices), start=row["start"]) for row in rows],
        total=_total(rows, prices, stored_bytes=rows[-1]["stored_bytes"] if rows else 0),
    )


def _buckets(
    connection: Connection, tenant_id: str, start: datetime, end: datetime, step: Step
) -> list[dict[str, Any]]:
    return connection.execute(
        """
        SELECT date_trunc(%(step)s, hour, 'UTC') AS start, sum(messages)::bigint AS messages,
               sum(readings)::bigint AS readings, sum(notifications)::bigint AS notifications,
               sum(api_calls)::bigint AS api_calls, sum(stored_bytes)::numeric AS stored_byte_hours,
               (array_agg(stored_bytes ORDER BY hour DESC))[1] AS stored_bytes
        FROM usage_hourly
        WHERE tenant_id = %(tenant_id)s AND hour >= %(start)s AND hour < %(end)s
        GROUP BY 1
        ORDER BY 1
        """,
        {"tenant_id": tenant_id, "start": start, "end": end, "step": step.value},
    ).fetchall()


def _period(
    start: datetime | None, end: datetime | None, now: datetime, *, longest: timedelta
) -> tuple[datetime, datetime]:
    end = end or now
    start = start or end - timedelta(days=30)
    if not timedelta(0) < end - start <= longest:
        reason = f"must be at most {longest.days} days before end, and before it"
        raise InvalidInputError(f"start {reason}", errors=(FieldError("start", reason),))
    return start, end


def _usage(row: Mapping[str, Any], prices: list[UsagePrice], *, stored_bytes: int | None = None) -> dict[str, Any]:
    used = Quantities(**{name: int(row.get(name, 0)) for name in Quantities._fields})
    costs = costs_of(used, {price.item: Price(price.price, price.per) for price in prices})
    return {
        **used._asdict(),
        "stored_bytes": row.get("stored_bytes", 0) if stored_bytes is None else stored_bytes,
        "costs": costs,
        "cost": sum(costs.values(), Decimal(0)),
    }


def _total(rows: Iterable[Mapping[str, Any]], prices: list[UsagePrice], *, stored_bytes: int | None = None) -> Usage:
    rows = list(rows)
    names = (*Quantities._fields, "stored_bytes")
    added = {name: sum(int(row[name]) for row in rows) for name in names}
    return Usage(**_usage(added, prices, stored_bytes=stored_bytes))
