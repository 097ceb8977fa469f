"""Entering into the mirror somebody who is in the pool already; for programs that fill both themselves."""

from uuid import UUID

from pulse.database import operator_session
from pulse.operations.audit import record_change


def mirror_user(*, user_id: UUID, tenant_id: str | None, email: str, role: str, actor: str) -> None:
    """Note a user of the pool who can sign in. Operators have no tenant."""
    with operator_session(user_id=actor, reason="users.mirror", write=True) as connection:
        connection.execute(
            """
            INSERT INTO users (user_id, username, tenant_id, email, role)
            VALUES (%(user_id)s, %(user_id)s::text, %(tenant_id)s, %(email)s, %(role)s)
            ON CONFLICT (user_id) DO UPDATE
            SET tenant_id = excluded.tenant_id, email = excluded.email, role = excluded.role
            """,
            {"user_id": user_id, "tenant_id": tenant_id, "email": email, "role": role},
        )
        record_change(
            connection,
            actor=actor,
            tenant_id=tenant_id,
            action="user.mirror",
            subject=str(user_id),
            after={"email": email, "role": role},
        )
