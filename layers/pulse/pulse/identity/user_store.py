"""The mirror of the user pool, for lists, for the audit log and for the authorizer.

Each statement works for one tenant, or with None as `tenant_id` for all of them: an operator's.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import sql
from pydantic import AwareDatetime

from pulse.database import Connection
from pulse.errors import NotFoundError
from pulse.identity.permissions import Role
from pulse.identity.user import Administrator, User, UserStatus
from pulse.versions import require_match


class UserSort(StrEnum):
    """What a list of users may be sorted by; ties are in the order of ids."""

    EMAIL = "email"
    NAME = "name"
    CREATED_AT = "created_at"
    LAST_SEEN_AT = "last_seen_at"


class UserFilter(NamedTuple):
    """What narrows a list of users; None does not. `q` is part of the address or name."""

    q: str | None = None
    role: Role | None = None
    status: UserStatus | None = None
    tenant_id: str | None = None


class UserPosition(NamedTuple):
    """A place in a list of users: its order, and the last user's text or time there and id."""

    sort: UserSort
    text: str | None
    time: AwareDatetime | None
    user_id: UUID


class StoredUser(NamedTuple):
    """A user, locked, with the pool's name of them and the administrators beside them."""

    user: User
    username: str
    administrators: list[Administrator]


_COLUMNS: Final = sql.SQL("""
    user_id, email, name, tenant_id, role, status, is_federated, created_at, last_seen_at, version
""")
_MATCHING: Final = sql.SQL("""
    FROM users
    WHERE (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
      AND status <> 'DELETED'
      AND (%(role)s::text IS NULL OR role = %(role)s)
      AND (%(status)s::text IS NULL OR status = %(status)s)
      AND (%(q)s::text IS NULL OR strpos(lower(email), lower(%(q)s)) > 0 OR strpos(lower(name), lower(%(q)s)) > 0)
""")
# Who was never seen comes last when the newest come first.
_KEYS: Final = {
    UserSort.EMAIL: sql.SQL("lower(email)"),
    UserSort.NAME: sql.SQL("lower(name)"),
    UserSort.CREATED_AT: sql.SQL("created_at"),
    UserSort.LAST_SEEN_AT: sql.SQL("coalesce(last_seen_at, '-infinity')"),
}


def list_users(
    connection: Connection,
    wanted: UserFilter,
    *,
    sort: UserSort,
    descending: bool,
    limit: int,
    after: UserPosition | None,
) -> tuple[list[User], int]:
    """The users that are wanted, in order, one more than `limit` if there are more; and how many there are."""
    of_time = sort in (UserSort.CREATED_AT, UserSort.LAST_SEEN_AT)
    page = sql.SQL(
        """
        SELECT {columns}
        {matching}
          AND (%(after_id)s::uuid IS NULL OR ({key}, user_id) {beyond} ({position}, %(after_id)s))
        ORDER BY {key} {direction}, user_id {direction}
        LIMIT %(limit)s
        """
    ).format(
        columns=_COLUMNS,
        matching=_MATCHING,
        key=_KEYS[sort],
        position=sql.SQL(
            "coalesce(%(after_time)s::timestamptz, '-infinity')" if of_time else "lower(%(after_text)s::text)"
        ),
        beyond=sql.SQL("<" if descending else ">"),
        direction=sql.SQL("DESC" if descending else "ASC"),
    )
    parameters: dict[str, Any] = {
        **wanted._asdict(),
        "after_id": after.user_id if after else None,
        "after_text": after.text if after else None,
        "after_time": after.time if after else None,
        "limit": limit + 1,
    }
    rows = connection.execute(page, parameters).fetchall()
    count = connection.execute(
        sql.SQL("SELECT count(*) AS total {matching}").format(matching=_MATCHING), parameters
    ).fetchone()
    assert count is not None
    return [User.model_validate(row) for row in rows], count["total"]


def administrator_emails(connection: Connection, tenant_id: str) -> list[str]:
    """Addresses of those who look after a tenant, invited ones included."""
    rows = connection.execute(
        """
        SELECT email
        FROM users
        WHERE tenant_id = %(tenant_id)s AND role = %(role)s AND status IN ('INVITED', 'ACTIVE')
        ORDER BY email
        """,
        {"tenant_id": tenant_id, "role": Role.TENANT_ADMIN.value},
    )
    return [row["email"] for row in rows]


def position_of(user: User, sort: UserSort) -> UserPosition:
    """Where a user stands in a list in that order."""
    value = getattr(user, sort.value)
    if isinstance(value, str):
        return UserPosition(sort, value, None, user.user_id)
    return UserPosition(sort, None, value, user.user_id)


def get_user(connection: Connection, tenant_id: str | None, user_id: UUID) -> User:
    """One user who is not deleted. Raises NotFoundError, for another tenant's as well."""
    row = connection.execute(
        sql.SQL(
            """
            SELECT {columns}
            FROM users
            WHERE user_id = %(user_id)s AND (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
              AND status <> 'DELETED'
            """
        ).format(columns=_COLUMNS),
        {"user_id": user_id, "tenant_id": tenant_id},
    ).fetchone()
    if row is None:
        raise _not_found(user_id)
    return User.model_validate(row)


def lock_user(connection: Connection, tenant_id: str | None, user_id: UUID, if_match: int | None) -> StoredUser:
    """A user to change, locked together with the administrators of the same tenant, or of the operators.

    All are locked in the order of their ids: of two who would take each other's role one waits, and then sees what
    the other did. Raises NotFoundError, StaleVersionError.
    """
    rows = connection.execute(
        sql.SQL(
            """
            SELECT {columns}, username
            FROM users
            WHERE (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
              AND status <> 'DELETED'
              AND (user_id = %(user_id)s
                   OR (role IN ('tenant-admin', 'operator-admin')
                       AND tenant_id IS NOT DISTINCT FROM
                           (SELECT tenant_id FROM users WHERE user_id = %(user_id)s)))
            ORDER BY user_id
            FOR UPDATE
            """
        ).format(columns=_COLUMNS),
        {"user_id": user_id, "tenant_id": tenant_id},
    ).fetchall()
    row = next((row for row in rows if row["user_id"] == user_id), None)
    if row is None:
        raise _not_found(user_id)
    user = User.model_validate(row)
    require_match(if_match, user.version)
    others = [
        Administrator(other["user_id"], UserStatus(other["status"]))
        for other in rows
        if Role(other["role"]) in (Role.TENANT_ADMIN, Role.OPERATOR_ADMIN)
    ]
    return StoredUser(user, row["username"], others)


def is_known(connection: Connection, user_id: UUID) -> bool:
    """Whether a user is in the mirror, deleted or not."""
    return connection.execute("SELECT FROM users WHERE user_id = %(user_id)s", {"user_id": user_id}).rowcount > 0


def insert_user(connection: Connection, values: Mapping[str, Any]) -> User:
    """Mirror a user who was just invited; `values` are user_id, username, tenant_id, email, name, role."""
    connection.execute(
        """
        INSERT INTO users (user_id, username, tenant_id, email, name, role, status)
        VALUES (%(user_id)s, %(username)s, %(tenant_id)s, %(email)s, %(name)s, %(role)s, 'INVITED')
        """,
        dict(values),
    )
    return get_user(connection, values["tenant_id"], values["user_id"])


def change_user(
    connection: Connection, user: User, *, role: Role | None = None, status: UserStatus | None = None, now: datetime
) -> None:
    """Note another role or status, whichever is given."""
    connection.execute(
        """
        UPDATE users
        SET role = coalesce(%(role)s, role),
            status = coalesce(%(status)s, status),
            deleted_at = CASE WHEN %(status)s = 'DELETED' THEN %(now)s ELSE deleted_at END,
            version = version + 1
        WHERE user_id = %(user_id)s AND tenant_id IS NOT DISTINCT FROM %(tenant_id)s
        """,
        {"user_id": user.user_id, "tenant_id": user.tenant_id, "role": role, "status": status, "now": now},
    )


def outdate_tokens(connection: Connection, user: User) -> None:
    """Believe no access token that was issued until now.

    To be called after the pool was told, so that a token which it issued with the old role meanwhile is outdated too.
    """
    connection.execute(
        """
        UPDATE users SET tokens_valid_from = clock_timestamp()
        WHERE user_id = %(user_id)s AND tenant_id IS NOT DISTINCT FROM %(tenant_id)s
        """,
        {"user_id": user.user_id, "tenant_id": user.tenant_id},
    )


def end_sessions(connection: Connection, user: User, *, by: str) -> None:
    """Mark every session of a user that is still open."""
    connection.execute(
        """
        UPDATE user_sessions
        SET revoked_at = now(), revoked_by = %(by)s
        WHERE user_id = %(user_id)s AND tenant_id IS NOT DISTINCT FROM %(tenant_id)s AND revoked_at IS NULL
        """,
        {"user_id": user.user_id, "tenant_id": user.tenant_id, "by": by},
    )


def _not_found(user_id: UUID) -> NotFoundError:
    return NotFoundError(f"there is no user {user_id}")
