"""Subscriptions in the database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from pulse.database import Connection, keyset
from pulse.database.keyset import KeyPart
from pulse.errors import ConflictError, NotFoundError
from pulse.subscriptions.lifecycle import Life, SubscriptionKind, SubscriptionStatus
from pulse.subscriptions.subscription import Record, SubscriptionFilter, SubscriptionPosition, SubscriptionSort

_COLUMNS: Final = sql.SQL("""
    tenant_id, subscription_id, kind, parent_subscription_id, name, plan, description, device_limit, addon_limit,
    devices, status, status_since, term_end, noticed_days, status_reason, term_start, created_at, updated_at, version
""")
_MATCHING: Final = sql.SQL("""
    FROM subscriptions
    WHERE (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
      AND (%(kind)s::text IS NULL OR kind = %(kind)s)
      AND (%(status)s::text IS NULL OR status = %(status)s)
      AND (%(ending_before)s::timestamptz IS NULL
           OR (term_end < %(ending_before)s AND status IN ('TRIAL', 'ACTIVE')))
      AND (%(include_expired)s OR status <> 'EXPIRED')
""")
_TIE: Final = KeyPart(sql.SQL("subscription_id"), sql.SQL("%(after_subscription_id)s::uuid"))
_TERM_END: Final = KeyPart(sql.SQL("term_end"), sql.SQL("%(after_term_end)s::timestamptz"))
_RANK: Final = sql.SQL("array_position('{{TRIAL,ACTIVE,GRACE,SUSPENDED,EXPIRED}}'::text[], {status})")
# The end of the term has an index. By the others all that fits is sorted: a tenant has a handful of subscriptions, and
# ten thousand tenants are sorted in the time that a page takes to travel.
_KEYS: Final = {
    SubscriptionSort.TERM_END: (_TERM_END, _TIE),
    SubscriptionSort.NAME: (KeyPart(sql.SQL("lower(name)"), sql.SQL("lower(%(after_name)s)")), _TIE),
    SubscriptionSort.TENANT_ID: (KeyPart(sql.SQL("tenant_id"), sql.SQL("%(after_tenant_id)s")), _TERM_END, _TIE),
    SubscriptionSort.STATUS: (
        KeyPart(_RANK.format(status=sql.SQL("status")), _RANK.format(status=sql.SQL("%(after_status)s::text"))),
        _TERM_END,
        _TIE,
    ),
    SubscriptionSort.DEVICES: (KeyPart(sql.SQL("devices"), sql.SQL("%(after_devices)s::integer")), _TIE),
}


def read_records(connection: Connection, tenant_id: str) -> list[Record]:
    """All of a tenant's subscriptions."""
    rows = connection.execute(
        sql.SQL("SELECT {} FROM subscriptions WHERE tenant_id = %(tenant_id)s").format(_COLUMNS),
        {"tenant_id": tenant_id},
    )
    return [_record(row) for row in rows]


def list_records(
    connection: Connection,
    wanted: SubscriptionFilter,
    *,
    sort: SubscriptionSort = SubscriptionSort.TERM_END,
    descending: bool = False,
    limit: int,
    after: SubscriptionPosition | None,
) -> tuple[list[Record], int]:
    """The subscriptions that are wanted, one more than `limit` if there are more; and how many there are."""
    key = _KEYS[sort]
    parameters: dict[str, Any] = {**wanted._asdict(), "limit": limit + 1}
    if after is not None:
        parameters |= {f"after_{name}": value for name, value in after._asdict().items()}
    rows = connection.execute(
        sql.SQL("SELECT {columns} {matching} AND {beyond} ORDER BY {ordering} LIMIT %(limit)s").format(
            columns=_COLUMNS,
            matching=_MATCHING,
            beyond=sql.SQL("true") if after is None else keyset.beyond(key, descending=descending),
            ordering=keyset.ordering(key, descending=descending),
        ),
        parameters,
    ).fetchall()
    count = connection.execute(sql.SQL("SELECT count(*) AS total {}").format(_MATCHING), parameters).fetchone()
    assert count is not None
    return [_record(row) for row in rows], count["total"]


def find_record(connection: Connection, subscription_id: UUID, *, tenant_id: str | None) -> Record:
    """One subscription, of any tenant when none is named, as for an operator. Raises NotFoundError."""
    row = connection.execute(
        sql.SQL("""
            SELECT {} FROM subscriptions
            WHERE subscription_id = %(subscription_id)s
              AND (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
        """).format(_COLUMNS),
        {"subscription_id": subscription_id, "tenant_id": tenant_id},
    ).fetchone()
    if row is None:
        message = f"there is no subscription {subscription_id}"
        raise NotFoundError(message)
    return _record(row)


def lock_family(connection: Connection, root: Record) -> list[Record]:
    """A subscription that is no ADDON and its ADDONs, locked until the transaction ends, itself first."""
    rows = connection.execute(
        sql.SQL("""
            SELECT {}
            FROM subscriptions
            WHERE tenant_id = %(tenant_id)s AND %(root_id)s IN (subscription_id, parent_subscription_id)
            ORDER BY parent_subscription_id IS NOT NULL, subscription_id
            FOR UPDATE
        """).format(_COLUMNS),
        {"tenant_id": root.tenant_id, "root_id": root.root_id},
    )
    return [_record(row) for row in rows]


def lock_due(connection: Connection, now: datetime, *, limit: int) -> list[Record]:
    """Subscriptions of all tenants whose next step or notice is due and that nobody else is looking at."""
    rows = connection.execute(
        sql.SQL("""
            SELECT {}
            FROM subscriptions
            WHERE due_at <= %(now)s
            ORDER BY due_at
            LIMIT %(limit)s
            FOR UPDATE SKIP LOCKED
        """).format(_COLUMNS),
        {"now": now, "limit": limit},
    )
    return [_record(row) for row in rows]


def insert_record(
    connection: Connection,
    *,
    tenant_id: str,
    kind: SubscriptionKind,
    parent_subscription_id: UUID | None,
    name: str,
    plan: str,
    description: str,
    device_limit: int,
    life: Life,
    term_start: datetime,
    created_by: str,
) -> Record:
    """Enter a subscription; an ADDON's seats become its MAIN's."""
    row = connection.execute(
        sql.SQL("""
            INSERT INTO subscriptions (tenant_id, kind, parent_subscription_id, name, plan, description, device_limit,
                                       status, status_since, term_start, term_end, noticed_days, due_at, created_by)
            VALUES (%(tenant_id)s, %(kind)s, %(parent_subscription_id)s, %(name)s, %(plan)s, %(description)s,
                    %(device_limit)s, %(status)s, %(status_since)s, %(term_start)s, %(term_end)s, %(noticed_days)s,
                    %(due_at)s, %(created_by)s)
            RETURNING {}
        """).format(_COLUMNS),
        {
            "tenant_id": tenant_id,
            "kind": kind.value,
            "parent_subscription_id": parent_subscription_id,
            "name": name,
            "plan": plan,
            "description": description,
            "device_limit": device_limit,
            **_living(life),
            "term_start": term_start,
            "due_at": None if kind is SubscriptionKind.ADDON else life.due_at,
            "created_by": created_by,
        },
    ).fetchone()
    assert row is not None
    return _record(row)


class Description(NamedTuple):
    """What a subscription is called."""

    name: str
    plan: str
    description: str


def update_description(connection: Connection, record: Record, described: Description) -> None:
    """Write what a locked subscription is called."""
    connection.execute(
        """
        UPDATE subscriptions
        SET name = %(name)s, plan = %(plan)s, description = %(description)s, updated_at = now(), version = version + 1
        WHERE tenant_id = %(tenant_id)s AND subscription_id = %(subscription_id)s
        """,
        {**_key(record), **described._asdict()},
    )


def update_term_start(connection: Connection, root: Record, term_start: datetime) -> None:
    """Write when the term of a locked subscription and its ADDONs began."""
    connection.execute(
        """
        UPDATE subscriptions
        SET term_start = %(term_start)s
        WHERE tenant_id = %(tenant_id)s AND %(subscription_id)s IN (subscription_id, parent_subscription_id)
        """,
        {**_key(root), "term_start": term_start},
    )


def update_device_limit(connection: Connection, record: Record, device_limit: int) -> None:
    """Write a locked subscription's own seats; an ADDON's become its MAIN's."""
    connection.execute(
        """
        UPDATE subscriptions
        SET device_limit = %(device_limit)s, updated_at = now(), version = version + 1
        WHERE tenant_id = %(tenant_id)s AND subscription_id = %(subscription_id)s
        """,
        {**_key(record), "device_limit": device_limit},
    )
    if record.kind is SubscriptionKind.ADDON:
        add_up_addons(connection, record.tenant_id, record.root_id)


def add_up_addons(connection: Connection, tenant_id: str, main_id: UUID) -> None:
    """Have a locked MAIN know the seats of its ADDONs."""
    connection.execute(
        """
        UPDATE subscriptions
        SET addon_limit = (SELECT coalesce(sum(addon.device_limit), 0)
                           FROM subscriptions AS addon
                           WHERE addon.tenant_id = %(tenant_id)s AND addon.parent_subscription_id = %(main_id)s)
        WHERE tenant_id = %(tenant_id)s AND subscription_id = %(main_id)s
        """,
        {"tenant_id": tenant_id, "main_id": main_id},
    )


def update_lives(
    connection: Connection,
    lives: Sequence[tuple[Record, Life]],
    *,
    kind: SubscriptionKind | None = None,
    reason: str = "",
) -> None:
    """Write where locked subscriptions are in their lives, and with them their ADDONs; `kind` if it changes.

    Raises ConflictError for a term that would end before it began.
    """
    with _terms_in_order():
        connection.execute(
            """
            WITH lived AS (
                SELECT *
                FROM jsonb_to_recordset(%(lives)s) AS lived (
                    tenant_id text, subscription_id uuid, status text, status_since timestamptz, term_end timestamptz,
                    noticed_days integer, due_at timestamptz
                )
            )
            UPDATE subscriptions
            SET status = lived.status, status_since = lived.status_since, term_end = lived.term_end,
                noticed_days = lived.noticed_days, status_reason = %(reason)s, updated_at = now(),
                due_at = CASE WHEN subscriptions.kind <> 'ADDON' THEN lived.due_at END,
                kind = CASE WHEN subscriptions.kind <> 'ADDON' THEN coalesce(%(kind)s, subscriptions.kind)
                            ELSE subscriptions.kind END,
                version = version + 1
            FROM lived
            WHERE subscriptions.tenant_id = lived.tenant_id
              AND lived.subscription_id IN (subscriptions.subscription_id, subscriptions.parent_subscription_id)
            """,
            {
                "lives": Jsonb(
                    [
                        {
                            "tenant_id": record.tenant_id,
                            "subscription_id": str(record.subscription_id),
                            **{name: _text(value) for name, value in _living(life).items()},
                            "due_at": _text(life.due_at),
                        }
                        for record, life in lives
                    ]
                ),
                "kind": kind.value if kind else None,
                "reason": reason,
            },
        )


@contextmanager
def _terms_in_order() -> Iterator[None]:
    try:
        yield
    except psycopg.errors.CheckViolation as error:
        if error.diag.constraint_name != "subscriptions_term_in_order":
            raise
        message = "the term would end before it began, that of the subscription or of one of its ADDONs; give it longer"
        raise ConflictError(message) from error


def _key(record: Record) -> dict[str, Any]:
    return {"tenant_id": record.tenant_id, "subscription_id": record.subscription_id}


def _living(life: Life) -> dict[str, Any]:
    return {
        "status": life.status.value,
        "status_since": life.since,
        "term_end": life.term_end,
        "noticed_days": life.noticed_days,
    }


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _record(row: dict[str, Any]) -> Record:
    life = Life(
        SubscriptionStatus(row.pop("status")), row.pop("status_since"), row.pop("term_end"), row.pop("noticed_days")
    )
    return Record(**{**row, "kind": SubscriptionKind(row["kind"])}, life=life)
