"""Managing keys of the operator plane: made and revoked by operator-admins."""

from datetime import datetime, timedelta
from typing import Any, Final

from pulse import clock
from pulse.identity import operator_key_store
from pulse.identity.api_key import Lifetime, end_of, new_key_id, new_secret
from pulse.identity.key_lists import KeyList, KeyPosition, page_of_keys
from pulse.identity.operator_key import OPERATOR_PREFIX, NewOperatorKey, OperatorKey, OperatorScope
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import audited_operator_session, record_change

LIFETIME: Final = Lifetime(usual=timedelta(days=90), longest=timedelta(days=365))


def list_operator_keys(
    actor: Principal, *, limit: int, after: KeyPosition | None, origin: Origin
) -> KeyList[OperatorKey]:
    """A page of the keys, newest first, revoked ones too. Raises NotPermittedError."""
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_KEYS, action="operator_keys.list", origin=origin
    ) as connection:
        keys, total = operator_key_store.list_keys(connection, limit=limit, after=after)
    return page_of_keys(keys, total, limit=limit)


def create_operator_key(
    actor: Principal, *, name: str, scope: OperatorScope, expires_at: datetime | None, origin: Origin
) -> NewOperatorKey:
    """Make a key. Raises NotPermittedError, InvalidInputError for an end in the past or beyond a year."""
    actor.admit(Permission.OPERATOR_MANAGE_KEYS)
    ends = end_of(expires_at, LIFETIME, clock.now())
    key_id = new_key_id()
    secret = new_secret(key_id, prefix=OPERATOR_PREFIX)
    with audited_operator_session(
        actor,
        Permission.OPERATOR_MANAGE_KEYS,
        action="operator_keys.create",
        origin=origin,
        subject=key_id,
        write=True,
    ) as connection:
        key = operator_key_store.insert_key(
            connection,
            {
                "key_id": key_id,
                "name": name,
                "scope": scope,
                "secret_hash": secret.secret_hash,
                "created_by": actor.name,
                "expires_at": ends,
            },
        )
        record_change(
            connection, actor=actor, origin=origin, action="operator_key.create", subject=key_id, after=_shown(key)
        )
    return NewOperatorKey(**key.model_dump(), key=secret.text)


def revoke_operator_key(actor: Principal, key_id: str, *, origin: Origin) -> None:
    """End a key, within a minute; one that has ended already stays as it is.

    Raises NotPermittedError, NotFoundError.
    """
    with audited_operator_session(
        actor,
        Permission.OPERATOR_MANAGE_KEYS,
        action="operator_keys.revoke",
        origin=origin,
        subject=key_id,
        write=True,
    ) as connection:
        before = operator_key_store.lock_key(connection, key_id)
        if before.revoked_at is not None:
            return
        after = operator_key_store.mark_revoked(connection, key_id, now=clock.now())
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="operator_key.revoke",
            subject=key_id,
            before=_shown(before),
            after=_shown(after),
        )


def _shown(key: OperatorKey) -> dict[str, Any]:
    return key.model_dump(mode="json", include={"name", "scope", "expires_at", "revoked_at"})
