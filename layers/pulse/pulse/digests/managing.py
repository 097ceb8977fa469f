"""What people do with their digest."""

from typing import Any

from pulse import clock
from pulse.database import tenant_session
from pulse.database.timezones import require_timezone
from pulse.digests.digest import Digest, DigestPreview, DigestWish
from pulse.digests.digest_store import lock_digest, read_digest, write_digest
from pulse.digests.gathering import gather
from pulse.digests.mail import write_digest as in_words
from pulse.errors import FieldError, InvalidInputError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import record_change
from pulse.settings import settings
from pulse.versions import require_match


def get_digest(tenant_id: str) -> Digest:
    """A tenant's digest, off as long as nobody has switched it on."""
    with tenant_session(tenant_id) as connection:
        return read_digest(connection, tenant_id)


def change_digest(actor: Principal, wish: DigestWish, *, if_match: int | None, origin: Origin) -> Digest:
    """Say when a digest is sent and to whom; the first one is that of the period that is under way.

    Raises NotPermittedError, StaleVersionError, InvalidInputError when it is on and nobody would get it.
    """
    tenant_id = actor.require(Permission.MANAGE_NOTIFICATIONS)
    if wish.enabled and not wish.recipients:
        raise _refused("recipients", "must name somebody while the digest is on")
    if wish.enabled and not settings().email_sender:
        raise _refused("enabled", "must be false: this installation has no address to send mail from")
    with tenant_session(tenant_id) as connection:
        before = lock_digest(connection, tenant_id)
        require_match(if_match, before.version)
        require_timezone(connection, wish.timezone)
        old, new = _audited(before), _audited(wish)
        if old != new:
            next_at = wish.plan.next_end(clock.now()) if wish.enabled else None
            write_digest(connection, tenant_id, wish, next_at=next_at)
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="digest.change",
                subject=tenant_id,
                before={name: old[name] for name in old if old[name] != new[name]},
                after={name: new[name] for name in new if old[name] != new[name]},
            )
        return read_digest(connection, tenant_id)


def preview_digest(tenant_id: str) -> DigestPreview:
    """What would be sent if the period ended right now. Nothing is sent."""
    digest = get_digest(tenant_id)
    figures = gather(tenant_id, digest, digest.plan.period_until(clock.now()))
    return DigestPreview(recipients=digest.recipients, **in_words(figures)._asdict(), figures=figures)


def _audited(wish: DigestWish) -> dict[str, Any]:
    return wish.model_dump(mode="json", include=set(DigestWish.model_fields))


def _refused(field: str, reason: str) -> InvalidInputError:
    return InvalidInputError(f"{field} {reason}", errors=(FieldError(field, reason),))
