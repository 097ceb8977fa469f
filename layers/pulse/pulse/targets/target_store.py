"""Targets in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.errors import NotFoundError
from pulse.polling.outcome import OutcomeKind
from pulse.targets.target import TargetFilter

type TargetRow = dict[str, Any]

_COLUMNS: Final = sql.SQL("""
    tenant_id, target_id, name, addon_id, host, access, secrets, host_key, site_id, gateway_device_id, interval_seconds,
    timeout_seconds, failures_before_alert, enabled, next_poll_at, busy_until, last_polled_at, last_outcome,
    last_reason, last_seconds, last_success_at, failures, overdue_since, version, created_at, updated_at
""")


class TargetKey(NamedTuple):
    """Names a target."""

    tenant_id: str
    target_id: UUID


class PollResult(NamedTuple):
    """What came of a poll."""

    kind: OutcomeKind
    reason: str
    seconds: float
    polled_at: datetime
    host_key: str | None
    next_due_at: datetime | None
    """When the gateway should have told of the next one; None for the cloud."""


def list_targets(
    connection: Connection, tenant_id: str, wanted: TargetFilter, *, after: str | None, limit: int
) -> tuple[list[TargetRow], int]:
    """Targets by name, and how many there are on all pages."""
    matching = sql.SQL("""
        FROM poll_targets
        WHERE tenant_id = %(tenant_id)s
          AND (%(q)s::text IS NULL OR strpos(lower(name || ' ' || host), lower(%(q)s)) > 0)
          AND (%(addon_id)s::text IS NULL OR addon_id = %(addon_id)s)
          AND (%(gateway_device_id)s::text IS NULL OR gateway_device_id = %(gateway_device_id)s)
          AND (%(is_failing)s::boolean IS NULL OR (failures > 0) = %(is_failing)s)
    """)
    parameters = {"tenant_id": tenant_id, **wanted._asdict(), "after": after, "limit": limit}
    rows = connection.execute(
        sql.SQL("""
            SELECT {columns} {matching}
              AND (%(after)s::text IS NULL OR name COLLATE "C" > %(after)s)
            ORDER BY name COLLATE "C"
            LIMIT %(limit)s
        """).format(columns=_COLUMNS, matching=matching),
        parameters,
    ).fetchall()
    count = connection.execute(sql.SQL("SELECT count(*) AS total {}").format(matching), parameters).fetchone()
    assert count is not None
    return rows, count["total"]


def find_target(connection: Connection, key: TargetKey, *, lock: bool = False) -> TargetRow | None:
    """One target, if there is such a one; locked until the transaction ends if that is wanted."""
    return connection.execute(
        sql.SQL("SELECT {} FROM poll_targets WHERE tenant_id = %(tenant_id)s AND target_id = %(target_id)s {}").format(
            _COLUMNS, sql.SQL("FOR UPDATE" if lock else "")
        ),
        key._asdict(),
    ).fetchone()


def read_target(connection: Connection, key: TargetKey, *, lock: bool = False) -> TargetRow:
    """The same. Raises NotFoundError."""
    row = find_target(connection, key, lock=lock)
    if row is None:
        message = f"there is no target {key.target_id}"
        raise NotFoundError(message)
    return row


def targets_by_name(connection: Connection, tenant_id: str, names: Sequence[str]) -> dict[str, TargetRow]:
    """Those of some targets that there are, locked until the transaction ends."""
    rows = connection.execute(
        sql.SQL("""
            SELECT {} FROM poll_targets
            WHERE tenant_id = %(tenant_id)s AND name = ANY(%(names)s)
            ORDER BY target_id
            FOR UPDATE
        """).format(_COLUMNS),
        {"tenant_id": tenant_id, "names": sorted(names)},
    )
    return {row["name"]: row for row in rows}


def targets_of_gateway(connection: Connection, tenant_id: str, device_id: str) -> list[TargetRow]:
    """What a gateway asks, by id."""
    return connection.execute(
        sql.SQL("""
            SELECT {} FROM poll_targets
            WHERE tenant_id = %(tenant_id)s AND gateway_device_id = %(device_id)s AND enabled
            ORDER BY target_id
        """).format(_COLUMNS),
        {"tenant_id": tenant_id, "device_id": device_id},
    ).fetchall()


def names_of_hosts(
    connection: Connection, tenant_id: str, hosts: Collection[str], *, gateway_device_id: str | None
) -> dict[str, str]:
    """What the targets at some hosts are called that a gateway asks, or the cloud, by host; several at one are none."""
    rows = connection.execute(
        """
        SELECT host, min(name) AS name
        FROM poll_targets
        WHERE tenant_id = %(tenant_id)s AND host = ANY(%(hosts)s)
          AND gateway_device_id IS NOT DISTINCT FROM %(gateway_device_id)s::text
        GROUP BY host
        HAVING count(DISTINCT name) = 1
        """,
        {"tenant_id": tenant_id, "hosts": sorted(hosts), "gateway_device_id": gateway_device_id},
    )
    return {row["host"]: row["name"] for row in rows}


def names_of_targets(connection: Connection, tenant_id: str, addon_id: str) -> list[str]:
    """What the targets of an addon are called."""
    rows = connection.execute(
        "SELECT name FROM poll_targets WHERE tenant_id = %(tenant_id)s AND addon_id = %(addon_id)s ORDER BY name",
        {"tenant_id": tenant_id, "addon_id": addon_id},
    )
    return [row["name"] for row in rows]


def count_targets(connection: Connection, tenant_id: str) -> int:
    """How many targets a tenant has."""
    row = connection.execute("SELECT count(*) AS total FROM poll_targets WHERE tenant_id = %s", (tenant_id,)).fetchone()
    assert row is not None
    return int(row["total"])


def insert_target(
    connection: Connection, key: TargetKey, values: Mapping[str, Any], *, first_at: datetime
) -> TargetRow:
    """Keep a new target, which the cloud asks from `first_at` on unless a gateway does.

    Raises UniqueViolation, ForeignKeyViolation.
    """
    connection.execute(
        """
        INSERT INTO poll_targets (tenant_id, target_id, name, addon_id, host, access, secrets, site_id,
                                  gateway_device_id, interval_seconds, timeout_seconds, failures_before_alert, enabled,
                                  next_poll_at, result_due_at)
        VALUES (%(tenant_id)s, %(target_id)s, %(name)s, %(addon_id)s, %(host)s, %(access)s, %(secrets)s, %(site_id)s,
                %(gateway_device_id)s, %(interval_seconds)s, %(timeout_seconds)s, %(failures_before_alert)s,
                %(enabled)s,
                CASE WHEN %(enabled)s AND %(gateway_device_id)s::text IS NULL THEN %(first_at)s::timestamptz END,
                %(result_due_at)s)
        """,
        _written(key, values, first_at),
    )
    return read_target(connection, key)


def update_target(
    connection: Connection, key: TargetKey, values: Mapping[str, Any], *, first_at: datetime
) -> TargetRow:
    """Change a target; another host is another server, whose key is not known. Raises as `insert_target` does."""
    connection.execute(
        """
        UPDATE poll_targets
        SET name = %(name)s, addon_id = %(addon_id)s, host_key = CASE WHEN host = %(host)s THEN host_key END,
            host = %(host)s, access = %(access)s, secrets = %(secrets)s, site_id = %(site_id)s,
            gateway_device_id = %(gateway_device_id)s, interval_seconds = %(interval_seconds)s,
            timeout_seconds = %(timeout_seconds)s, failures_before_alert = %(failures_before_alert)s,
            enabled = %(enabled)s, failures = CASE WHEN %(enabled)s THEN failures ELSE 0 END,
            next_poll_at = CASE
                WHEN %(enabled)s AND %(gateway_device_id)s::text IS NULL THEN %(first_at)s::timestamptz
            END,
            result_due_at = %(result_due_at)s, overdue_since = NULL, version = version + 1, updated_at = now()
        WHERE tenant_id = %(tenant_id)s AND target_id = %(target_id)s
        """,
        _written(key, values, first_at),
    )
    return read_target(connection, key)


def forget_host_key(connection: Connection, key: TargetKey) -> TargetRow:
    """Trust the next key that the server shows."""
    connection.execute(
        """
        UPDATE poll_targets
        SET host_key = NULL, version = version + 1, updated_at = now()
        WHERE tenant_id = %(tenant_id)s AND target_id = %(target_id)s
        """,
        key._asdict(),
    )
    return read_target(connection, key)


def delete_target(connection: Connection, key: TargetKey) -> None:
    """Take a target away."""
    connection.execute(
        "DELETE FROM poll_targets WHERE tenant_id = %(tenant_id)s AND target_id = %(target_id)s", key._asdict()
    )


def claim_due(connection: Connection, *, now: datetime, limit: int) -> list[TargetKey]:
    """Take targets that are due, the longest due first; the next time is set whatever comes of this one."""
    rows = connection.execute(
        """
        WITH due AS (
            SELECT tenant_id, target_id
            FROM poll_targets
            WHERE next_poll_at <= %(now)s
            ORDER BY next_poll_at
            LIMIT %(limit)s
            FOR UPDATE SKIP LOCKED
        )
        UPDATE poll_targets AS target
        -- In step with the last time, or, when that is too long ago, from now on.
        SET next_poll_at = make_interval(secs => target.interval_seconds) + CASE
                WHEN target.next_poll_at + make_interval(secs => target.interval_seconds) > %(now)s
                THEN target.next_poll_at
                ELSE %(now)s
            END
        FROM due
        WHERE target.tenant_id = due.tenant_id AND target.target_id = due.target_id
        RETURNING target.tenant_id, target.target_id
        """,
        {"now": now, "limit": limit},
    )
    return [TargetKey(row["tenant_id"], row["target_id"]) for row in rows]


def begin_poll(connection: Connection, key: TargetKey, *, now: datetime, pause: timedelta) -> TargetRow | None:
    """The target, if nobody asks it just now; nobody else will until it is asked, and for a pause after that."""
    begun = connection.execute(
        """
        UPDATE poll_targets
        SET busy_until = %(now)s + make_interval(secs => timeout_seconds) + %(pause)s
        WHERE tenant_id = %(tenant_id)s AND target_id = %(target_id)s
          AND (busy_until IS NULL OR busy_until <= %(now)s)
        RETURNING target_id
        """,
        {**key._asdict(), "now": now, "pause": pause},
    ).fetchone()
    return None if begun is None else find_target(connection, key)


def end_poll(connection: Connection, key: TargetKey, *, free_at: datetime) -> None:
    """It may be asked again from then on."""
    connection.execute(
        """
        UPDATE poll_targets SET busy_until = %(free_at)s
        WHERE tenant_id = %(tenant_id)s AND target_id = %(target_id)s
        """,
        {**key._asdict(), "free_at": free_at},
    )


def note_result(connection: Connection, key: TargetKey, result: PollResult) -> TargetRow:
    """Keep what came of a poll; return the target with it."""
    connection.execute(
        """
        UPDATE poll_targets
        SET last_polled_at = %(polled_at)s, last_outcome = %(kind)s, last_reason = nullif(%(reason)s, ''),
            last_seconds = %(seconds)s,
            last_success_at = CASE WHEN %(is_ok)s THEN %(polled_at)s ELSE last_success_at END,
            failures = CASE WHEN %(is_ok)s THEN 0 ELSE failures + 1 END,
            -- A gateway has to be told of the key that it shall know from now on.
            version = version + (host_key IS NULL AND %(host_key)s::text IS NOT NULL)::integer,
            host_key = coalesce(host_key, %(host_key)s), result_due_at = %(next_due_at)s, overdue_since = NULL
        WHERE tenant_id = %(tenant_id)s AND target_id = %(target_id)s
        """,
        {
            **key._asdict(),
            **result._asdict(),
            "kind": result.kind.value,
            "is_ok": result.kind is OutcomeKind.OK,
        },
    )
    return read_target(connection, key)


def result_due(heard_at: datetime, interval_seconds: int) -> datetime:
    """When a gateway should have told of a target again: it may be restarted, and has to be told what it asks."""
    return heard_at + timedelta(seconds=3 * interval_seconds, minutes=5)


def _written(key: TargetKey, values: Mapping[str, Any], first_at: datetime) -> dict[str, Any]:
    is_told_of = values["enabled"] and values["gateway_device_id"] is not None
    return {
        **key._asdict(),
        **values,
        "access": Jsonb(values["access"]),
        "first_at": first_at,
        "result_due_at": result_due(first_at, values["interval_seconds"]) if is_told_of else None,
    }
