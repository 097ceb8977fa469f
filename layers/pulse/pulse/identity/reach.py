"""How far a verb reaches: a tenant's people act inside their tenant, operators across all of them.

One set of verbs serves both planes: the actor's plane decides the permission, the kind of session and the tenant.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from pulse.database import Connection, tenant_session
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import audited_operator_session


class Reach(NamedTuple):
    """A transaction that is open; `tenant_id` is None when it reaches all tenants."""

    connection: Connection
    tenant_id: str | None


class Needed(NamedTuple):
    """The permission for a verb on each plane."""

    in_tenant: Permission
    across_tenants: Permission


SEE_OWN_SESSIONS: Final = Needed(Permission.READ_PROFILE, Permission.OPERATOR_READ_PROFILE)
SIGN_OUT: Final = Needed(Permission.SIGN_OUT, Permission.OPERATOR_SIGN_OUT)
SEE_USERS: Final = Needed(Permission.READ_USERS, Permission.OPERATOR_READ_USERS)
MANAGE_USERS: Final = Needed(Permission.MANAGE_USERS, Permission.OPERATOR_MANAGE_USERS)
READ_AUDIT_LOG: Final = Needed(Permission.READ_AUDIT_LOG, Permission.OPERATOR_READ_AUDIT_LOG)


@contextmanager
def reaching(
    actor: Principal,
    needed: Needed,
    *,
    action: str,
    origin: Origin,
    subject: str = "",
    tenant_id: str | None = None,
    write: bool = False,
) -> Iterator[Reach]:
    """Open the transaction for a verb. Raises NotPermittedError.

    `action`, `subject` and `tenant_id` stand in the audit entry that an operator's transaction begins with;
    `tenant_id` is the one that the operator asks about, if it is one.
    """
    if actor.tenant_id is not None:
        own = actor.require(needed.in_tenant)
        with tenant_session(own) as connection:
            yield Reach(connection, own)
        return
    with audited_operator_session(
        actor,
        needed.across_tenants,
        action=action,
        origin=origin,
        subject=subject,
        tenant_id=tenant_id,
        write=write,
    ) as connection:
        yield Reach(connection, None)
