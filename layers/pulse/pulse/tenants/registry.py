"""Creating tenants and the mirror of their users."""

from uuid import UUID

from pulse.database import operator_session


def create_tenant(*, tenant_id: str, name: str, timezone: str = "UTC", actor: str) -> None:
    """Create a tenant, or bring its name and timezone up to date. `tenant_id` is a lower-case slug."""
    with operator_session(user_id=actor, reason="tenants.create", write=True) as connection:
        connection.execute(
            """
            INSERT INTO tenants (tenant_id, name, timezone)
            VALUES (%(tenant_id)s, %(name)s, %(timezone)s)
            ON CONFLICT (tenant_id) DO UPDATE
            SET name = excluded.name, timezone = excluded.timezone
            """,
            {"tenant_id": tenant_id, "name": name, "timezone": timezone},
        )


def mirror_user(*, user_id: UUID, tenant_id: str | None, email: str, role: str, actor: str) -> None:
    """Note a user of the pool for display and audit. Operators have no tenant."""
    with operator_session(user_id=actor, reason="users.mirror", write=True) as connection:
        connection.execute(
            """
            INSERT INTO users (user_id, tenant_id, email, role)
            VALUES (%(user_id)s, %(tenant_id)s, %(email)s, %(role)s)
            ON CONFLICT (user_id) DO UPDATE
            SET tenant_id = excluded.tenant_id, email = excluded.email, role = excluded.role
            """,
            {"user_id": user_id, "tenant_id": tenant_id, "email": email, "role": role},
        )
