"""Are those still let in who came in a while ago? For connections, which outlive the token that they began with."""

from collections.abc import Collection, Iterable
from datetime import datetime
from ipaddress import ip_address
from typing import NamedTuple

from pulse.database import Connection
from pulse.identity.access import KnownSession, KnownUser, refuse_tenant, refuse_user
from pulse.identity.permissions import Role
from pulse.identity.user import UserStatus
from pulse.tenants.status import read_standing

_KEY_PREFIX = "key:"


class Visitor(NamedTuple):
    """Who came in, as in Principal, from where and when."""

    tenant_id: str
    user_id: str
    session_id: str
    address: str
    came_at: datetime


def not_welcome(connection: Connection, visitors: Collection[Visitor], *, now: datetime) -> set[Visitor]:
    """Those of the visitors whom the authorizer would turn away by now."""
    refused = _of_inactive_tenants(connection, visitors)
    keys = [visitor for visitor in visitors if visitor.user_id.startswith(_KEY_PREFIX)]
    people = [visitor for visitor in visitors if not visitor.user_id.startswith(_KEY_PREFIX)]
    return refused | _people(connection, people) | _keys(connection, keys, now)


def _of_inactive_tenants(connection: Connection, visitors: Iterable[Visitor]) -> set[Visitor]:
    visitors = list(visitors)
    standings = {
        tenant_id: read_standing(connection, tenant_id)
        for tenant_id in sorted({visitor.tenant_id for visitor in visitors})
    }
    return {
        visitor
        for visitor in visitors
        if refuse_tenant(standings[visitor.tenant_id], ip_address(visitor.address) if visitor.address else None)
    }


def _people(connection: Connection, people: Collection[Visitor]) -> set[Visitor]:
    if not people:
        return set()
    users = {
        str(row["user_id"]): KnownUser(
            UserStatus(row["status"]), row["tokens_valid_from"], Role(row["role"]), row["email"], row["tenant_id"]
        )
        for row in connection.execute(
            """
            SELECT user_id, status, tokens_valid_from, role, email, tenant_id
            FROM users
            WHERE user_id = ANY(%(user_ids)s::uuid[])
            """,
            {"user_ids": sorted({person.user_id for person in people})},
        )
    }
    sessions = {
        row["session_id"]: KnownSession(row["last_seen_at"], row["revoked_at"])
        for row in connection.execute(
            "SELECT session_id, last_seen_at, revoked_at FROM user_sessions WHERE session_id = ANY(%(session_ids)s)",
            {"session_ids": sorted({person.session_id for person in people})},
        )
    }
    return {
        person
        for person in people
        if refuse_user(users.get(person.user_id), sessions.get(person.session_id), issued_at=person.came_at)
    }


def _keys(connection: Connection, keys: Collection[Visitor], now: datetime) -> set[Visitor]:
    if not keys:
        return set()
    rows = connection.execute(
        """
        SELECT key_id
        FROM api_keys
        WHERE key_id = ANY(%(key_ids)s) AND revoked_at IS NULL AND expires_at > %(now)s
        """,
        {"key_ids": sorted({key.user_id.removeprefix(_KEY_PREFIX) for key in keys}), "now": now},
    )
    good = {_KEY_PREFIX + row["key_id"] for row in rows}
    return {key for key in keys if key.user_id not in good}
