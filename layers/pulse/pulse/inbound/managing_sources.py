"""What people do with inbound sources: made, changed, given another secret, taken away."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg

from pulse import clock
from pulse.alerts.alert_store import Closing
from pulse.alerts.lifecycle import close_alerts
from pulse.database import Connection, tenant_session
from pulse.errors import ConflictError, FieldError, InvalidInputError, PulseError
from pulse.events.outbox import publish_after_commit
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.inbound import addon_store, source_store
from pulse.inbound.cause_store import end_causes
from pulse.inbound.causes import storm_fingerprint, unreadable_fingerprint
from pulse.inbound.methods import PolledMethod, SnmpTrap
from pulse.inbound.source import (
    InboundSource,
    NewInboundSource,
    SourceList,
    SourcePosition,
    SourceWish,
    hook_path,
    new_secret,
)
from pulse.inbound.source_store import SourceRow
from pulse.operations.audit import record_change
from pulse.secrets import encrypt_secrets
from pulse.versions import require_match


def list_sources(tenant_id: str, *, q: str | None, limit: int, after: SourcePosition | None) -> SourceList:
    """A page of a tenant's sources, by name."""
    with tenant_session(tenant_id) as connection:
        rows, total = source_store.list_sources(
            connection, tenant_id, q=q, after=after.name if after else None, limit=limit + 1
        )
    sources = [_shown(row) for row in rows[:limit]]
    return SourceList(sources, SourcePosition(sources[-1].name) if len(rows) > limit else None, total)


def get_source(tenant_id: str, source_id: UUID) -> InboundSource:
    """One source. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return _shown(source_store.read_source(connection, tenant_id, source_id))


def create_source(actor: Principal, wish: SourceWish, *, origin: Origin) -> NewInboundSource:
    """Make a source. Raises NotPermittedError, InvalidInputError, ConflictError for a name that is taken."""
    tenant_id = actor.require(Permission.MANAGE_ADDONS)
    source_id, secret = uuid4(), new_secret(wish.authentication)
    kept = _encrypted(tenant_id, source_id, secret)
    try:
        with tenant_session(tenant_id) as connection:
            _check(connection, tenant_id, wish)
            row = source_store.insert_source(connection, tenant_id, source_id, {**_values(wish), "secret": kept})
            source = _shown(row)
            _record(connection, actor, origin, "create", source_id, after=_audited(source))
    except (psycopg.errors.UniqueViolation, psycopg.errors.ForeignKeyViolation) as error:
        raise _refused(error, wish) from error
    return NewInboundSource(**source.model_dump(), secret=secret)


def change_source(
    actor: Principal, source_id: UUID, wish: SourceWish, *, if_match: int | None, origin: Origin
) -> InboundSource:
    """Change a source; its secret stays, and so the kind of authentication has to.

    Raises NotPermittedError, NotFoundError, StaleVersionError, InvalidInputError, ConflictError for a name that is
    taken.
    """
    tenant_id = actor.require(Permission.MANAGE_ADDONS)
    try:
        with tenant_session(tenant_id) as connection:
            before = source_store.lock_source(connection, tenant_id, source_id)
            require_match(if_match, before["version"])
            if wish.authentication.kind != before["authentication"]["kind"]:
                reason = "can't be changed: the secret belongs to it; make another source"
                raise InvalidInputError.of([FieldError("authentication.kind", reason)])
            _check(connection, tenant_id, wish)
            source = _shown(source_store.update_source(connection, tenant_id, source_id, _values(wish)))
            _record(
                connection, actor, origin, "change", source_id, before=_audited(_shown(before)), after=_audited(source)
            )
    except (psycopg.errors.UniqueViolation, psycopg.errors.ForeignKeyViolation) as error:
        raise _refused(error, wish) from error
    return source


def rotate_secret(
    actor: Principal, source_id: UUID, *, overlap: timedelta, if_match: int | None, origin: Origin
) -> NewInboundSource:
    """Give a source another secret; the one that it has works for `overlap` longer, one from before that no more.

    Raises NotPermittedError, NotFoundError, StaleVersionError.
    """
    tenant_id = actor.require(Permission.MANAGE_ADDONS)
    with tenant_session(tenant_id) as connection:
        known = _shown(source_store.read_source(connection, tenant_id, source_id))
    secret = new_secret(known.authentication)
    kept = _encrypted(tenant_id, source_id, secret)
    with tenant_session(tenant_id) as connection:
        before = source_store.lock_source(connection, tenant_id, source_id)
        require_match(if_match, before["version"])
        row = source_store.replace_secret(
            connection, tenant_id, source_id, secret=kept, former_until=clock.now() + overlap
        )
        _record(connection, actor, origin, "rotate", source_id, after={"version": row["version"]})
    return NewInboundSource(**_shown(row).model_dump(), secret=secret)


def delete_source(actor: Principal, source_id: UUID, *, if_match: int | None, origin: Origin) -> None:
    """Take a source away; what it told of last closes, for nobody will say that it is over.

    Raises NotPermittedError, NotFoundError, StaleVersionError.
    """
    tenant_id = actor.require(Permission.MANAGE_ADDONS)
    now = clock.now()
    with tenant_session(tenant_id) as connection:
        before = source_store.lock_source(connection, tenant_id, source_id)
        require_match(if_match, before["version"])
        causes = end_causes(connection, tenant_id, source_id=source_id)
        own = [unreadable_fingerprint(source_id), storm_fingerprint(source_id)]
        reason = "the inbound source was deleted"
        close_alerts(connection, [Closing(tenant_id, cause, reason, now, {}, final=True) for cause in (*causes, *own)])
        source_store.delete_source(connection, tenant_id, source_id)
        _record(connection, actor, origin, "delete", source_id, before=_audited(_shown(before)))
    publish_after_commit()


def _check(connection: Connection, tenant_id: str, wish: SourceWish) -> None:
    """Raise InvalidInputError unless the addon is there, enabled, and one that can read by itself."""
    if wish.addon_id is None:
        return
    manifest = addon_store.find_manifest(connection, tenant_id, wish.addon_id)
    if manifest is None:
        raise InvalidInputError.of([FieldError("addon_id", f"there is no addon {wish.addon_id}")])
    if isinstance(manifest.method, PolledMethod):
        reason = f"{wish.addon_id} asks, and reads nothing that is sent; make a target for it"
        raise InvalidInputError.of([FieldError("addon_id", reason)])
    choice = addon_store.find_choices(connection, tenant_id, wish.addon_id).get(wish.addon_id)
    if choice is None or not choice.enabled:
        raise InvalidInputError.of([FieldError("addon_id", f"{wish.addon_id} is disabled; enable it first")])
    if isinstance(manifest.method, SnmpTrap) and wish.authentication.kind == "body":
        reason = "a notification has no place for a secret; choose another kind"
        raise InvalidInputError.of([FieldError("authentication.kind", reason)])


def _encrypted(tenant_id: str, source_id: UUID, secret: str) -> bytes:
    kept = encrypt_secrets(tenant_id, source_id, {"secret": secret})
    assert kept is not None, "there is a secret"
    return kept


def _values(wish: SourceWish) -> dict[str, Any]:
    return {**wish._asdict(), "authentication": wish.authentication.model_dump(mode="json")}


def _shown(row: SourceRow) -> InboundSource:
    return InboundSource.model_validate({**row, "path": hook_path(row["tenant_id"], row["source_id"])})


def _audited(source: InboundSource) -> dict[str, Any]:
    shown = {"name", "addon_id", "site_id", "authentication", "enabled"}
    return source.model_dump(mode="json", include=shown)


def _record(
    connection: Connection,
    actor: Principal,
    origin: Origin,
    what: str,
    source_id: UUID,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    record_change(
        connection,
        actor=actor,
        origin=origin,
        action=f"inbound_source.{what}",
        subject=str(source_id),
        before=before,
        after=after,
    )


def _refused(error: psycopg.Error, wish: SourceWish) -> PulseError:
    if isinstance(error, psycopg.errors.UniqueViolation):
        return ConflictError(f"there is an inbound source {wish.name} already; choose another name")
    return InvalidInputError.of([FieldError("site_id", f"there is no site {wish.site_id}")])
