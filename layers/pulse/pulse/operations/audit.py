"""The audit log: a change and its entry share a transaction, so that neither exists without the other."""

from collections.abc import Mapping
from typing import Any

from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.identity.principal import Origin, Principal


def record_change(
    connection: Connection,
    *,
    actor: Principal,
    origin: Origin,
    action: str,
    subject: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """Write who changed what in their own tenant. `action` is as in `alert.acknowledge`; `subject` names the thing."""
    connection.execute(
        """
        INSERT INTO audit_log (tenant_id, actor, action, subject, before, after, ip_address, request_id)
        VALUES (%(tenant_id)s, %(actor)s, %(action)s, %(subject)s, %(before)s, %(after)s, %(ip_address)s,
                %(request_id)s)
        """,
        {
            "tenant_id": actor.tenant_id,
            "actor": actor.user_id,
            "action": action,
            "subject": subject,
            "before": Jsonb(dict(before)),
            "after": Jsonb(dict(after)),
            "ip_address": origin.ip_address,
            "request_id": origin.request_id,
        },
    )
