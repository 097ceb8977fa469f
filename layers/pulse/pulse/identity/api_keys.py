"""Managing API keys: made, rotated and revoked by tenant-admins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import Field

from pulse import clock
from pulse.database import tenant_session
from pulse.errors import ConflictError
from pulse.identity import api_key_store
from pulse.identity.api_key import ApiKey, Lifetime, end_of, grantable_scopes, new_key_id, new_secret, require_grantable
from pulse.identity.key_lists import KeyList, KeyPosition, page_of_keys
from pulse.identity.permissions import Permission, Role
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import record_change
from pulse.versions import require_match

LIFETIME: Final = Lifetime(usual=timedelta(days=365), longest=timedelta(days=730))


class NewApiKey(ApiKey):
    """A key with its secret, which is not shown again."""

    key: str = Field(description="To be sent as `Authorization: Bearer …`; keep it, it is not shown again")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRequest:
    """A key that is wanted; without scopes it may do what a key of that role can."""

    name: str
    role: Role
    scopes: frozenset[Permission] | None
    expires_at: datetime | None


def list_api_keys(actor: Principal, *, limit: int, after: KeyPosition | None) -> KeyList[ApiKey]:
    """A page of the tenant's keys, newest first, revoked ones too. Raises NotPermittedError."""
    tenant_id = actor.require(Permission.READ_API_KEYS)
    with tenant_session(tenant_id) as connection:
        keys, total = api_key_store.list_keys(connection, tenant_id, limit=limit, after=after)
    return page_of_keys(keys, total, limit=limit)


def get_api_key(actor: Principal, key_id: str) -> ApiKey:
    """One key. Raises NotPermittedError, NotFoundError."""
    tenant_id = actor.require(Permission.READ_API_KEYS)
    with tenant_session(tenant_id) as connection:
        return api_key_store.get_key(connection, tenant_id, key_id)


def create_api_key(actor: Principal, wanted: ApiKeyRequest, *, origin: Origin) -> NewApiKey:
    """Make a key. Raises NotPermittedError, InvalidInputError for scopes beyond its role or a time in the past."""
    tenant_id = actor.require(Permission.MANAGE_API_KEYS)
    scopes = wanted.scopes if wanted.scopes is not None else grantable_scopes(wanted.role)
    require_grantable(wanted.role, scopes)
    expires_at = end_of(wanted.expires_at, LIFETIME, clock.now())
    key_id = new_key_id()
    secret = new_secret(key_id)
    with tenant_session(tenant_id) as connection:
        key = api_key_store.insert_key(
            connection,
            tenant_id,
            key_id,
            {
                "name": wanted.name,
                "role": wanted.role,
                "scopes": sorted(scopes),
                "secret_hash": secret.secret_hash,
                "created_by": actor.name,
                "expires_at": expires_at,
            },
        )
        record_change(
            connection, actor=actor, origin=origin, action="api_key.create", subject=key_id, after=_shown(key)
        )
    return NewApiKey(**key.model_dump(), key=secret.text)


def rotate_api_key(
    actor: Principal, key_id: str, *, overlap: timedelta, if_match: int | None, origin: Origin
) -> NewApiKey:
    """Give a key another secret; the one it has works for `overlap` longer, one from before that no more.

    Raises NotPermittedError, NotFoundError, StaleVersionError, ConflictError for a key whose time is over.
    """
    tenant_id = actor.require(Permission.MANAGE_API_KEYS)
    now = clock.now()
    secret = new_secret(key_id)
    with tenant_session(tenant_id) as connection:
        before = api_key_store.lock_key(connection, tenant_id, key_id)
        require_match(if_match, before.version)
        if before.revoked_at is not None or before.expires_at <= now:
            message = "this key has expired or was revoked; make a new one"
            raise ConflictError(message)
        after = api_key_store.replace_secret(
            connection, tenant_id, key_id, secret_hash=secret.secret_hash, former_until=now + overlap, now=now
        )
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="api_key.rotate",
            subject=key_id,
            before=_shown(before),
            after=_shown(after),
        )
    return NewApiKey(**after.model_dump(), key=secret.text)


def revoke_api_key(actor: Principal, key_id: str, *, if_match: int | None, origin: Origin) -> None:
    """End a key; one that has ended already stays as it is.

    Raises NotPermittedError, NotFoundError, StaleVersionError.
    """
    tenant_id = actor.require(Permission.MANAGE_API_KEYS)
    with tenant_session(tenant_id) as connection:
        before = api_key_store.lock_key(connection, tenant_id, key_id)
        require_match(if_match, before.version)
        if before.revoked_at is not None:
            return
        after = api_key_store.mark_revoked(connection, tenant_id, key_id, now=clock.now())
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="api_key.revoke",
            subject=key_id,
            before=_shown(before),
            after=_shown(after),
        )


def _shown(key: ApiKey) -> dict[str, Any]:
    return key.model_dump(
        mode="json", include={"name", "role", "scopes", "expires_at", "former_secret_expires_at", "revoked_at"}
    )
