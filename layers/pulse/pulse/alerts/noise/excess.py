"""The tenant-wide limit: what is beyond it is held and opens when there is room, the worst first; one alert says so.

Whoever opens new alerts of a tenant claims its limit first, and the next one waits until what was opened or held is
committed: so the count is exact, and the alert that tells of held ones closes only when there is none.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

from pulse.alerts.alert_store import AlertKey, Closing, Opening, live_among
from pulse.alerts.maintenance.holding import HeldBack, opening_of, write_held
from pulse.alerts.severity import Severity
from pulse.clock import format_instant
from pulse.database import Connection
from pulse.limits.definitions import LimitName
from pulse.limits.many_tenants import rates_of_tenants
from pulse.limits.rates import Rate

FINGERPRINT: Final = "ALERT_LIMIT"
_HOUR: Final = 3600
_LIMIT_LOCK: Final = 0x4C494D49  # "LIMI": a number space of our own among advisory locks
_BY_LIMIT: Final = HeldBack(window_id=None, until=None, note={"held_by": "alert limit"})


class Room(NamedTuple):
    """How many alerts have opened in a rate's time, as far as that matters, and how many more may."""

    rate: Rate
    opened: int

    @property
    def left(self) -> int:
        """How many more may open."""
        return max(0, self.rate.count - self.opened)


def claim_limits(connection: Connection, tenant_ids: Iterable[str]) -> None:
    """Hold off others who open new alerts of these tenants until the transaction ends.

    Before alerts or held causes are locked, or two transactions may wait for each other.
    """
    connection.execute(
        """
        SELECT pg_advisory_xact_lock(hashtextextended(tenant_id, %(namespace)s))
        FROM unnest(%(tenant_ids)s::text[]) AS tenant_id
        """,
        {"tenant_ids": sorted(set(tenant_ids)), "namespace": _LIMIT_LOCK},
    )


def claim_limits_of_new(connection: Connection, keys: Sequence[AlertKey]) -> None:
    """The same for the tenants of those causes that have no live alert; what is live already waits for nobody."""
    if keys:
        live = live_among(connection, keys)
        claim_limits(connection, (key[0] for key in keys if key not in live))


def hold_excess(connection: Connection, openings: Sequence[Opening]) -> list[Opening]:
    """Hold what would be beyond a tenant's limit; return the others, and the alert that tells of it.

    What is live already goes on and does not count.
    """
    live = live_among(connection, [opening.key for opening in openings])
    new = sorted((opening for opening in openings if opening.key not in live), key=attrgetter("tenant_id"))
    if not new:
        return list(openings)
    claim_limits(connection, (opening.tenant_id for opening in new))
    rates = rates_of(connection, {opening.tenant_id for opening in new})
    held: set[AlertKey] = set()
    telling: list[Opening] = []
    for tenant_id, group in groupby(new, key=attrgetter("tenant_id")):
        of_tenant = sorted(group, key=lambda opening: (-opening.severity.rank, opening.time))
        now = max(opening.time for opening in of_tenant)
        tightest = min(rooms_of(connection, tenant_id, rates[tenant_id], now), key=attrgetter("left"), default=None)
        if tightest is None or len(of_tenant) <= tightest.left:
            continue
        beyond = of_tenant[tightest.left :]
        write_held(connection, [(opening, _BY_LIMIT) for opening in beyond])
        held |= {opening.key for opening in beyond}
        telling.append(_telling(connection, tenant_id, tightest.rate, now))
    return [opening for opening in openings if opening.key not in held] + telling


def claim_excess(connection: Connection, now: datetime, *, limit: int) -> list[Opening]:
    """Take of what is held by the limit as much as there is room for, as openings of this moment."""
    tenants = [
        row["tenant_id"]
        for row in connection.execute("SELECT DISTINCT tenant_id FROM held_openings WHERE window_id IS NULL")
    ]
    claim_limits(connection, tenants)
    claimed: list[Opening] = []
    for tenant_id, rates in rates_of(connection, tenants).items():
        room = min((room.left for room in rooms_of(connection, tenant_id, rates, now)), default=limit)
        if (most := min(room, limit - len(claimed))) > 0:
            claimed += _take(connection, tenant_id, now, limit=most)
    return claimed


def find_ended_limits(connection: Connection, now: datetime) -> list[Closing]:
    """The end of each alert that tells of held ones when none is held any more."""
    ended = """
        SELECT tenant_id
        FROM alerts
        WHERE type = 'ALERT_LIMIT' AND status <> 'CLOSED' AND NOT EXISTS (
            SELECT FROM held_openings
            WHERE held_openings.tenant_id = alerts.tenant_id AND held_openings.window_id IS NULL
        )
    """
    claim_limits(connection, [row["tenant_id"] for row in connection.execute(ended)])
    rows = connection.execute(ended)  # Once more: somebody may have held more until a moment ago.
    reason = "nothing is held back any more: what was still true has been opened"
    return [Closing(row["tenant_id"], FINGERPRINT, reason, now, {}, final=True) for row in rows]


def rates_of(connection: Connection, tenant_ids: Iterable[str]) -> dict[str, tuple[Rate, ...]]:
    """What holds for each tenant: the operator's rates, and what the tenant has chosen for itself."""
    wanted = sorted(set(tenant_ids))
    own = {
        row["tenant_id"]: (Rate(row["alerts_per_hour"], _HOUR),)
        for row in connection.execute(
            """
            SELECT tenant_id, alerts_per_hour
            FROM alert_limits
            WHERE tenant_id = ANY(%(tenant_ids)s) AND alerts_per_hour IS NOT NULL
            """,
            {"tenant_ids": wanted},
        )
    }
    allowed = rates_of_tenants(connection, wanted)
    return {
        tenant_id: (*allowed[tenant_id].get(LimitName.ALERTS_TENANT, ()), *own.get(tenant_id, ()))
        for tenant_id in wanted
    }


def rooms_of(connection: Connection, tenant_id: str, rates: Iterable[Rate], now: datetime) -> list[Room]:
    """What is left of each rate. Nothing is counted beyond what a rate allows."""
    return [Room(rate, _count_opened(connection, tenant_id, rate, now)) for rate in rates]


def _count_opened(connection: Connection, tenant_id: str, rate: Rate, now: datetime) -> int:
    row = connection.execute(
        """
        SELECT count(*) AS opened
        FROM (
            SELECT FROM alerts
            WHERE tenant_id = %(tenant_id)s AND opened_at > %(since)s AND type <> 'ALERT_LIMIT'
            LIMIT %(most)s
        ) AS opened
        """,
        {"tenant_id": tenant_id, "since": now - timedelta(seconds=rate.seconds), "most": rate.count},
    ).fetchone()
    assert row is not None
    return int(row["opened"])


def _take(connection: Connection, tenant_id: str, now: datetime, *, limit: int) -> list[Opening]:
    rows = connection.execute(
        """
        DELETE FROM held_openings
        WHERE (tenant_id, fingerprint) IN (
            SELECT tenant_id, fingerprint
            FROM held_openings
            WHERE tenant_id = %(tenant_id)s AND window_id IS NULL
            ORDER BY (opening ->> 'severity')::severity DESC, held_since
            LIMIT %(limit)s
            FOR UPDATE SKIP LOCKED
        )
        RETURNING *
        """,
        {"tenant_id": tenant_id, "limit": limit},
    )
    return [opening_of(row, time=now) for row in rows]


def _telling(connection: Connection, tenant_id: str, rate: Rate, now: datetime) -> Opening:
    """The alert that says how many are held and since when: as bad as the worst of them, and at least HIGH."""
    held = connection.execute(
        """
        SELECT count(*) AS alerts, min(held_since) AS since, max((opening ->> 'severity')::severity) AS worst
        FROM held_openings
        WHERE tenant_id = %(tenant_id)s AND window_id IS NULL
        """,
        {"tenant_id": tenant_id},
    ).fetchone()
    assert held is not None
    alerts = f"{held['alerts']} alert{'s are' if held['alerts'] > 1 else ' is'}"
    return Opening(
        tenant_id=tenant_id,
        fingerprint=FINGERPRINT,
        source="platform",
        type="ALERT_LIMIT",
        severity=max(Severity.HIGH, Severity(held["worst"]), key=lambda severity: severity.rank),
        summary=f"{alerts} held back since {held['since']:%H:%M} UTC: more than {rate.count} in {_span(rate.seconds)}",
        details={
            "held": held["alerts"],
            "held_since": format_instant(held["since"]),
            "limit": {"alerts": rate.count, "seconds": rate.seconds},
        },
        time=now,
    )


def _span(seconds: int) -> str:
    if seconds == _HOUR:
        return "an hour"
    minutes, rest = divmod(seconds, 60)
    return f"{seconds} seconds" if rest or not minutes else f"{minutes} minute{'s' if minutes > 1 else ''}"
