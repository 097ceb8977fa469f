"""What the authorizer knows of a caller and their sign-in, and what it notes of them.

A session is noted when a token of it is first seen: the pool tells nobody of a sign-in, and all tokens of one carry
the same `origin_jti`. So a session in which nothing was ever called is not listed; a global sign-out ends it all the
same. The users of an identity provider are noted in this way as well, as nobody invites them.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from pulse.database import Connection
from pulse.identity.access import Client, KnownSession, KnownUser
from pulse.identity.permissions import Role
from pulse.identity.tokens import VerifiedToken
from pulse.identity.user import UserStatus

_NOTED_EVERY = timedelta(minutes=1)
_MAXIMUM_USER_AGENT_LENGTH = 300


class Sighting(NamedTuple):
    """What was known of a caller before this call."""

    user: KnownUser | None
    session: KnownSession | None


def look_up(connection: Connection, token: VerifiedToken) -> Sighting:
    """What is known of a token's user and session."""
    row = connection.execute(
        """
        SELECT users.status, users.tokens_valid_from, users.role, users.email, users.tenant_id,
               user_sessions.last_seen_at, user_sessions.revoked_at
        FROM (SELECT %(user_id)s::uuid AS user_id) AS caller
        LEFT JOIN users USING (user_id)
        LEFT JOIN user_sessions ON user_sessions.session_id = %(session_id)s
        """,
        {"user_id": token.principal.user_id, "session_id": token.principal.session_id},
    ).fetchone()
    assert row is not None
    user = session = None
    if row["status"] is not None:
        user = KnownUser(
            UserStatus(row["status"]), row["tokens_valid_from"], Role(row["role"]), row["email"], row["tenant_id"]
        )
    if row["last_seen_at"] is not None:
        session = KnownSession(row["last_seen_at"], row["revoked_at"])
    return Sighting(user, session)


def note(connection: Connection, token: VerifiedToken, seen: Sighting, client: Client, *, now: datetime) -> None:
    """Note a caller who was let in: once a minute while they call."""
    role = _leading_role(token)
    if role is None:
        return  # without a role they can do nothing that would be worth noting
    if seen.session is not None and seen.user is not None and now - seen.session.last_seen_at < _NOTED_EVERY:
        return
    parameters = {
        "user_id": token.principal.user_id,
        "tenant_id": token.principal.tenant_id,
        "username": token.username,
        "email": token.principal.email,
        "role": role.value,
        "is_federated": token.is_federated,
        "session_id": token.principal.session_id,
        "ip_address": client.address,
        "user_agent": client.user_agent[:_MAXIMUM_USER_AGENT_LENGTH].replace("\x00", ""),
        "now": now,
    }
    # The role of a federated user is what their provider says; that of the others is what was decided here.
    connection.execute(
        """
        INSERT INTO users (user_id, tenant_id, email, role, username, is_federated, last_seen_at)
        VALUES (%(user_id)s, %(tenant_id)s, %(email)s, %(role)s, %(username)s, %(is_federated)s, %(now)s)
        ON CONFLICT (user_id) DO UPDATE
        SET last_seen_at = excluded.last_seen_at,
            status = CASE users.status WHEN 'INVITED' THEN 'ACTIVE' ELSE users.status END,
            email = CASE WHEN excluded.is_federated THEN excluded.email ELSE users.email END,
            role = CASE WHEN excluded.is_federated THEN excluded.role ELSE users.role END,
            tenant_id = CASE WHEN excluded.is_federated THEN excluded.tenant_id ELSE users.tenant_id END
        """,
        parameters,
    )
    connection.execute(
        """
        INSERT INTO user_sessions (session_id, user_id, tenant_id, first_seen_at, last_seen_at, ip_address, user_agent)
        VALUES (%(session_id)s, %(user_id)s, %(tenant_id)s, %(now)s, %(now)s, %(ip_address)s, %(user_agent)s)
        ON CONFLICT (session_id) DO UPDATE
        SET last_seen_at = excluded.last_seen_at, ip_address = excluded.ip_address, user_agent = excluded.user_agent
        WHERE user_sessions.user_id = excluded.user_id
        """,
        parameters,
    )
    if seen.session is None:
        # A refresh token lives for 30 days, so that nobody comes back to these.
        connection.execute(
            """
            DELETE FROM user_sessions
            WHERE user_id = %(user_id)s AND last_seen_at < %(now)s - INTERVAL '90 days'
            """,
            parameters,
        )


def _leading_role(token: VerifiedToken) -> Role | None:
    """The most powerful of the roles that fit the plane that the token's tenant, or its lack, puts the user on."""
    fitting = [role for role in Role if role in token.principal.roles]
    on_plane = [role for role in fitting if role.is_of_operators == (token.principal.tenant_id is None)]
    return on_plane[-1] if on_plane else None
