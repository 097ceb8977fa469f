"""What is seen during maintenance is held: it opens an alert when the window ends, unless its cause has ended before.

Nothing is evaluated again at the end of a window: rules and deadlines are evaluated as ever, and what they say while a
window is on is kept here, by cause, until it is taken back or its time has come. What is beyond the tenant's limit
(`excess`) is kept here as well, without a time.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from pulse.alerts.alert_store import AlertKey, Opening, live_among
from pulse.alerts.maintenance.store import load_covers
from pulse.alerts.maintenance.window import Held, groups_named, held_by
from pulse.alerts.severity import Severity
from pulse.clock import format_instant
from pulse.database import Connection
from pulse.devices.group_conditions import load_memberships
from pulse.devices.traits import load_traits


class HeldBack(NamedTuple):
    """Why something is held and until when: a window and its end, or neither when there is no room for it.

    `note` goes into the details of the alert that it may become.
    """

    window_id: UUID | None
    until: datetime | None
    note: dict[str, str]


def hold_covered(connection: Connection, openings: Sequence[Opening]) -> list[Opening]:
    """Hold what a maintenance window covers at its time; return the others. What is live already goes on."""
    times = [opening.time for opening in openings]
    covers = load_covers(connection, (opening.tenant_id for opening in openings), since=min(times), until=max(times))
    candidates = [opening for opening in openings if opening.tenant_id in covers]
    if not candidates:
        return list(openings)
    live = live_among(connection, [opening.key for opening in candidates])
    keys = [(opening.tenant_id, opening.device_id) for opening in candidates if opening.device_id]
    devices = load_traits(connection, keys)
    memberships = load_memberships(connection, keys, groups_named(covers))
    held: dict[AlertKey, tuple[Opening, HeldBack]] = {}
    for opening in candidates:
        device = devices.get((opening.tenant_id, opening.device_id or ""))
        if opening.key in live:
            continue
        groups = memberships.get((opening.tenant_id, opening.device_id or ""), frozenset())
        by = held_by(covers[opening.tenant_id], device, groups, opening.time, site_id=opening.site_id)
        if by is not None:
            held[opening.key] = (opening, _by_window(by))
    write_held(connection, list(held.values()))
    return [opening for opening in openings if opening.key not in held]


def held_now(
    connection: Connection, tenant_id: str, device_id: str | None, site_id: str | None, now: datetime
) -> Held | None:
    """The maintenance that holds what is first seen now of a device, or of a site without one; None without any."""
    covers = load_covers(connection, [tenant_id], since=now, until=now)
    if not covers:
        return None
    key = (tenant_id, device_id or "")
    device = load_traits(connection, [key]).get(key)
    memberships = load_memberships(connection, [key], groups_named(covers))
    return held_by(covers[tenant_id], device, memberships.get(key, frozenset()), now, site_id=site_id)


def take_back(connection: Connection, keys: Sequence[AlertKey]) -> None:
    """Forget what is held of these causes: they have ended, or they are told of now."""
    connection.execute(
        """
        DELETE FROM held_openings
        WHERE (tenant_id, fingerprint) IN (SELECT * FROM unnest(%(tenant_ids)s::text[], %(fingerprints)s::text[]))
        """,
        {"tenant_ids": [tenant_id for tenant_id, _ in keys], "fingerprints": [cause for _, cause in keys]},
    )


def take_back_of(
    connection: Connection,
    tenant_id: str,
    *,
    rule_id: UUID | None = None,
    device_ids: Sequence[str] | None = None,
) -> None:
    """Forget what is held of a rule, of devices, or of a rule on devices, for their causes can't come again."""
    connection.execute(
        """
        DELETE FROM held_openings
        WHERE tenant_id = %(tenant_id)s
          AND (%(rule_id)s::uuid IS NULL OR rule_id = %(rule_id)s)
          AND (%(device_ids)s::text[] IS NULL OR device_id = ANY(%(device_ids)s))
        """,
        {"tenant_id": tenant_id, "rule_id": rule_id, "device_ids": None if device_ids is None else list(device_ids)},
    )


def take_back_causes(connection: Connection, causes: Sequence[tuple[str, UUID, str]]) -> None:
    """Forget what is held of rules on devices, each given as tenant, rule and device."""
    connection.execute(
        """
        DELETE FROM held_openings
        WHERE (tenant_id, rule_id, device_id) IN (
            SELECT * FROM unnest(%(tenant_ids)s::text[], %(rule_ids)s::uuid[], %(device_ids)s::text[])
        )
        """,
        {
            "tenant_ids": [tenant for tenant, _, _ in causes],
            "rule_ids": [rule for _, rule, _ in causes],
            "device_ids": [device for _, _, device in causes],
        },
    )


def let_go_of_window(connection: Connection, tenant_id: str, window_id: UUID, now: datetime) -> None:
    """Have the sweep look at what a window holds: it has changed, or is gone."""
    connection.execute(
        """
        UPDATE held_openings
        SET release_at = least(release_at, %(now)s)
        WHERE tenant_id = %(tenant_id)s AND window_id = %(window_id)s
        """,
        {"tenant_id": tenant_id, "window_id": window_id, "now": now},
    )


def find_tenants_to_release(connection: Connection, now: datetime) -> list[str]:
    """The tenants of what is due to open."""
    rows = connection.execute("SELECT DISTINCT tenant_id FROM held_openings WHERE release_at <= %(now)s", {"now": now})
    return [row["tenant_id"] for row in rows]


def claim_released(connection: Connection, tenant_ids: Sequence[str], now: datetime, *, limit: int) -> list[Opening]:
    """Take what is due to open of these tenants, as openings at the time when they were let go."""
    rows = connection.execute(
        """
        DELETE FROM held_openings
        WHERE (tenant_id, fingerprint) IN (
            SELECT tenant_id, fingerprint
            FROM held_openings
            WHERE tenant_id = ANY(%(tenant_ids)s) AND release_at <= %(now)s
            ORDER BY release_at
            LIMIT %(limit)s
            FOR UPDATE SKIP LOCKED
        )
        RETURNING *
        """,
        {"tenant_ids": list(tenant_ids), "now": now, "limit": limit},
    )
    return [opening_of(row, time=row["release_at"]) for row in rows]


def opening_of(row: dict[str, Any], *, time: datetime) -> Opening:
    """A row of what is held as what opens at a time."""
    stored = row["opening"]
    return Opening(
        tenant_id=row["tenant_id"],
        fingerprint=row["fingerprint"],
        source=stored["source"],
        type=stored["type"],
        severity=Severity(stored["severity"]),
        summary=stored["summary"],
        details={"held_since": format_instant(row["held_since"]), **stored["details"]},
        time=time,
        device_id=row["device_id"],
        site_id=stored["site_id"],
        rule_id=row["rule_id"],
        times=row["seen"],
    )


def write_held(connection: Connection, held: Sequence[tuple[Opening, HeldBack]]) -> None:
    """Hold causes; of one that is held already the newest reason counts, and the worst severity."""
    if not held:
        return
    connection.execute(
        """
        INSERT INTO held_openings (tenant_id, fingerprint, device_id, rule_id, window_id, opening, seen, held_since,
                                   release_at)
        SELECT tenant_id, fingerprint, device_id, rule_id, window_id, opening, seen, held_since, release_at
        FROM jsonb_to_recordset(%(held)s) AS held (
            tenant_id text, fingerprint text, device_id text, rule_id uuid, window_id uuid, opening jsonb, seen integer,
            held_since timestamptz, release_at timestamptz
        )
        ORDER BY tenant_id, fingerprint
        ON CONFLICT (tenant_id, fingerprint) DO UPDATE
        SET opening = excluded.opening || jsonb_build_object(
                'severity',
                greatest((held_openings.opening ->> 'severity')::severity, (excluded.opening ->> 'severity')::severity)
            ),
            window_id = excluded.window_id,
            seen = held_openings.seen + excluded.seen,
            release_at = CASE
                WHEN excluded.window_id IS NOT NULL THEN greatest(held_openings.release_at, excluded.release_at)
            END
        """,
        {
            "held": Jsonb(
                [
                    {
                        "tenant_id": opening.tenant_id,
                        "fingerprint": opening.fingerprint,
                        "device_id": opening.device_id,
                        "rule_id": opening.rule_id,
                        "window_id": by.window_id,
                        "opening": {
                            "source": opening.source,
                            "type": opening.type,
                            "severity": opening.severity,
                            "summary": opening.summary,
                            "details": {**opening.details, **by.note},
                            "site_id": opening.site_id,
                        },
                        "seen": opening.times,
                        "held_since": opening.time,
                        "release_at": by.until,
                    }
                    for opening, by in held
                ]
            )
        },
    )


def _by_window(held: Held) -> HeldBack:
    return HeldBack(held.cover.window_id, held.until, {"maintenance_window": held.cover.name})
