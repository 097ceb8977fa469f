"""The limits of many tenants at once, for whoever works across tenants inside a transaction of their own."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from pulse import clock
from pulse.database import Connection
from pulse.limits.definitions import LimitName
from pulse.limits.rates import Rate, parse_rates

type TenantRates = Mapping[LimitName, tuple[Rate, ...]]

_REMEMBERED_FOR: Final = timedelta(seconds=30)
_MOST_REMEMBERED: Final = 10_000
_remembered: dict[str, tuple[TenantRates, datetime]] = {}


def rates_of_tenants(connection: Connection, tenant_ids: Iterable[str]) -> dict[str, TenantRates]:
    """The rates of each tenant, at most 30 s old; one query for those that are missing."""
    now = clock.now()
    wanted = set(tenant_ids)
    missing = [
        tenant_id
        for tenant_id in wanted
        if tenant_id not in _remembered or now - _remembered[tenant_id][1] >= _REMEMBERED_FOR
    ]
    if missing:
        if len(_remembered) + len(missing) > _MOST_REMEMBERED:
            _remembered.clear()
            missing = list(wanted)
        _remembered.update((tenant_id, (rates, now)) for tenant_id, rates in _read(connection, missing).items())
    return {tenant_id: _remembered[tenant_id][0] for tenant_id in wanted}


def forget_rates() -> None:
    """Forget what is remembered. For tests."""
    _remembered.clear()


def _read(connection: Connection, tenant_ids: list[str]) -> Mapping[str, TenantRates]:
    rates: dict[str, dict[LimitName, tuple[Rate, ...]]] = {tenant_id: {} for tenant_id in tenant_ids}
    known = set(LimitName)
    for row in connection.execute(
        """
        SELECT wanted.tenant_id, limits.name, coalesce(tenant_limits.rates, limits.default_rates) AS rates
        FROM unnest(%(tenant_ids)s::text[]) AS wanted (tenant_id)
        CROSS JOIN limits
        LEFT JOIN tenant_limits USING (tenant_id, name)
        """,
        {"tenant_ids": tenant_ids},
    ):
        if row["name"] in known:
            rates[row["tenant_id"]][LimitName(row["name"])] = parse_rates(row["rates"])
    return rates
