"""The audit log: a change and its entry share a transaction, so that neither exists without the other.

Nothing secret is ever handed over: `before` and `after` are what a person may read.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from psycopg.types.json import Jsonb

from pulse.database import Connection, operator_session
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.changes import note_change


def record_change(
    connection: Connection,
    *,
    actor: Principal | str,
    action: str,
    subject: str,
    tenant_id: str | None = None,
    origin: Origin | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write who changed what; those who look at things of its kind are told when the request is over.

    `actor` is the caller, or the name of a program; `tenant_id` is whose thing it is, the caller's own by default.
    `action` is as in `alert.acknowledge`, `subject` names the thing. What is created has no `before`, what is deleted
    no `after`; of a change both hold the fields that changed.
    """
    if isinstance(actor, str):
        actor_id, name, own_tenant_id = actor, actor, tenant_id
    else:
        actor_id, name, own_tenant_id = actor.user_id, actor.name, actor.tenant_id
    whose = tenant_id if tenant_id is not None else own_tenant_id
    connection.execute(
        """
        INSERT INTO audit_log (tenant_id, actor, actor_name, action, subject, before, after, ip_address, request_id,
                               cross_tenant)
        VALUES (%(tenant_id)s, %(actor)s, %(actor_name)s, %(action)s, %(subject)s, %(before)s, %(after)s,
                %(ip_address)s, %(request_id)s, %(cross_tenant)s)
        """,
        {
            "tenant_id": whose,
            "actor": actor_id,
            "actor_name": name,
            "action": action,
            "subject": subject,
            "before": None if before is None else Jsonb(dict(before)),
            "after": None if after is None else Jsonb(dict(after)),
            "ip_address": origin.ip_address if origin else None,
            "request_id": origin.request_id if origin else None,
            "cross_tenant": whose != own_tenant_id,
        },
    )
    note_change(whose, action)


@contextmanager
def audited_operator_session(
    actor: Principal,
    permission: Permission,
    *,
    action: str,
    origin: Origin,
    subject: str = "",
    tenant_id: str | None = None,
    write: bool = False,
) -> Iterator[Connection]:
    """A transaction across tenants at the request of an operator, which begins with its audit entry.

    `subject` and `tenant_id` name what is looked at or changed, if that is one thing or one tenant. Raises
    NotPermittedError.
    """
    actor.admit(permission)
    with operator_session(
        user_id=actor.user_id,
        name=actor.name,
        reason=action,
        write=write,
        subject=subject,
        tenant_id=tenant_id,
        ip_address=origin.ip_address,
        request_id=origin.request_id,
    ) as connection:
        yield connection
