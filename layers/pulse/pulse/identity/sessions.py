"""Sessions: where somebody is signed in, and how it ends.

One session ends here: its row is marked, and the authorizer believes no token of it. Signing out everywhere also
tells the pool, which then refuses every refresh token, and outdates whatever was issued until now, seen or not.
"""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from pulse.errors import NotFoundError
from pulse.identity import user_pool, user_store
from pulse.identity.principal import Origin, Principal
from pulse.identity.reach import MANAGE_USERS, SEE_OWN_SESSIONS, SEE_USERS, SIGN_OUT, Reach, reaching
from pulse.models import Model
from pulse.operations.audit import record_change


class Session(Model):
    """A sign-in: everything that was called with tokens that go back to it."""

    session_id: str
    first_seen_at: datetime
    last_seen_at: datetime = Field(description="To the minute")
    ip_address: str | None = Field(description="Where the last call came from")
    user_agent: str
    is_current: bool = Field(description="Whether it is the session that asks")


class SessionList(Model):
    """The sessions of a user that nobody has ended, the last used first; at most 100."""

    items: list[Session]


def list_own_sessions(actor: Principal, *, origin: Origin) -> SessionList:
    """Where the caller is signed in; a program with an API key is nowhere. Raises NotPermittedError."""
    with reaching(actor, SEE_OWN_SESSIONS, action="profile.list_sessions", origin=origin) as reach:
        return SessionList(items=[]) if actor.scopes is not None else _list(reach, actor, UUID(actor.user_id))


def end_own_session(actor: Principal, session_id: str, *, origin: Origin) -> None:
    """End one of the caller's sessions, be it the one that asks. Raises NotPermittedError, NotFoundError."""
    with reaching(
        actor, SIGN_OUT, action="profile.end_session", origin=origin, subject=session_id, write=True
    ) as reach:
        _end(reach, actor, UUID(actor.user_id), session_id, origin)


def sign_out_everywhere(actor: Principal, *, origin: Origin) -> None:
    """End all of the caller's sessions, this one too. Raises NotPermittedError, UnavailableError."""
    with reaching(actor, SIGN_OUT, action="profile.sign_out", origin=origin, write=True) as reach:
        _end_all(reach, actor, UUID(actor.user_id), origin)


def list_sessions(actor: Principal, user_id: UUID, *, origin: Origin) -> SessionList:
    """Where a user is signed in. Raises NotPermittedError, NotFoundError."""
    with reaching(actor, SEE_USERS, action="users.list_sessions", origin=origin, subject=str(user_id)) as reach:
        user_store.get_user(reach.connection, reach.tenant_id, user_id)
        return _list(reach, actor, user_id)


def end_session(actor: Principal, user_id: UUID, session_id: str, *, origin: Origin) -> None:
    """End a session of a user. Raises NotPermittedError, NotFoundError."""
    with reaching(
        actor, MANAGE_USERS, action="users.end_session", origin=origin, subject=str(user_id), write=True
    ) as reach:
        _end(reach, actor, user_id, session_id, origin)


def sign_out_user(actor: Principal, user_id: UUID, *, origin: Origin) -> None:
    """End all sessions of a user. Raises NotPermittedError, NotFoundError, UnavailableError."""
    with reaching(
        actor, MANAGE_USERS, action="users.sign_out", origin=origin, subject=str(user_id), write=True
    ) as reach:
        _end_all(reach, actor, user_id, origin)


def _list(reach: Reach, actor: Principal, user_id: UUID) -> SessionList:
    rows = reach.connection.execute(
        """
        SELECT session_id, first_seen_at, last_seen_at, host(ip_address) AS ip_address, user_agent
        FROM user_sessions
        WHERE user_id = %(user_id)s
          AND (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
          AND revoked_at IS NULL
          -- A refresh token lives for 30 days.
          AND last_seen_at > now() - INTERVAL '31 days'
        ORDER BY last_seen_at DESC
        LIMIT 100
        """,
        {"user_id": user_id, "tenant_id": reach.tenant_id},
    ).fetchall()
    return SessionList(
        items=[Session(**row, is_current=row["session_id"] == actor.session_id) for row in rows],
    )


def _end(reach: Reach, actor: Principal, user_id: UUID, session_id: str, origin: Origin) -> None:
    row = reach.connection.execute(
        """
        UPDATE user_sessions
        SET revoked_at = now(), revoked_by = %(actor)s
        WHERE session_id = %(session_id)s AND user_id = %(user_id)s AND revoked_at IS NULL
          AND (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
        RETURNING tenant_id, host(ip_address) AS ip_address, user_agent
        """,
        {"actor": actor.user_id, "session_id": session_id, "user_id": user_id, "tenant_id": reach.tenant_id},
    ).fetchone()
    if row is None:
        message = f"there is no open session {session_id}"
        raise NotFoundError(message)
    record_change(
        reach.connection,
        actor=actor,
        origin=origin,
        tenant_id=row["tenant_id"],
        action="user.end_session",
        subject=str(user_id),
        before={"session_id": session_id, "ip_address": row["ip_address"], "user_agent": row["user_agent"]},
    )


def _end_all(reach: Reach, actor: Principal, user_id: UUID, origin: Origin) -> None:
    stored = user_store.lock_user(reach.connection, reach.tenant_id, user_id, None)
    user_store.end_sessions(reach.connection, stored.user, by=actor.user_id)
    record_change(
        reach.connection,
        actor=actor,
        origin=origin,
        tenant_id=stored.user.tenant_id,
        action="user.sign_out",
        subject=str(user_id),
    )
    user_pool.sign_out(stored.username)
    user_store.outdate_tokens(reach.connection, stored.user)
