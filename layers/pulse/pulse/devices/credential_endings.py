"""How credentials end: revoked by somebody, or because their time is over.

The registry decides, at once: ingest refuses what a session that is still open sends. The broker follows right after
the commit, and by the minute sweep if that failed.
"""

from datetime import datetime
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from pulse import clock
from pulse.clock import format_instant
from pulse.database import Connection, ingest_session, tenant_session
from pulse.devices import broker, credential_store
from pulse.devices.credential import CredentialStatus
from pulse.devices.credential_store import DueEnd
from pulse.devices.queries import require_device
from pulse.events.outbox import Event, add_events
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.logging import logger
from pulse.operations.audit import record_change

_BATCH: Final = 100


def revoke_credential(actor: Principal, device_id: str, credential_id: str, *, origin: Origin) -> None:
    """End a credential at once; one that is revoked already stays as it is. Raises NotPermittedError, NotFoundError."""
    tenant_id = actor.require(Permission.MANAGE_CREDENTIALS)
    now = clock.now()
    with tenant_session(tenant_id) as connection:
        require_device(connection, tenant_id, device_id)
        credential_store.lock_credential(connection, tenant_id, device_id, credential_id, now=now)
        _revoke(connection, tenant_id, device_id, actor=actor, origin=origin, now=now, credential_id=credential_id)
    release_credentials_of(tenant_id, device_id)


def revoke_all_credentials(
    connection: Connection,
    tenant_id: str,
    device_id: str,
    *,
    actor: Principal | str,
    origin: Origin | None = None,
    now: datetime,
) -> int:
    """End every credential of a device in the caller's transaction, an activation code as well; return how many.

    After the commit the caller asks for `release_credentials_of`, which cuts open sessions at once; without it the
    sweep does within about a minute.
    """
    connection.execute(
        """
        DELETE FROM activation_codes
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s AND used_at IS NULL
        """,
        {"tenant_id": tenant_id, "device_id": device_id},
    )
    return _revoke(connection, tenant_id, device_id, actor=actor, origin=origin, now=now)


def release_credentials_of(tenant_id: str, device_id: str) -> int:
    """Have the broker let go of the device's certificates that have ended; return how many it did."""
    return carry_out_ends(clock.now(), device=(tenant_id, device_id))


def carry_out_ends(now: datetime, *, device: tuple[str, str] | None = None) -> int:
    """Carry out a batch of ends: the broker lets go, and an event tells of what expired; return how many it was.

    What fails is logged, and due again in a minute.
    """
    ended = 0
    with ingest_session() as connection:
        for due in credential_store.claim_due_ends(connection, now=now, limit=_BATCH, device=device):
            done = _release(due)
            ended += done
            credential_store.note_end(connection, due, now=now, done=done)
            if done and due.status is CredentialStatus.EXPIRED:
                add_events(
                    connection,
                    [
                        Event(
                            due.tenant_id,
                            "credential.expired",
                            {
                                "device_id": due.device_id,
                                "credential_id": due.credential_id,
                                "label": due.label,
                                "expires_at": format_instant(due.expires_at) if due.expires_at else None,
                            },
                        )
                    ],
                )
    return ended


def _release(due: DueEnd) -> bool:
    if due.certificate_arn is None:
        return True
    status: broker.EndedStatus = "REVOKED" if due.status is CredentialStatus.REVOKED else "INACTIVE"
    try:
        broker.release_certificate(due.tenant_id, due.credential_id, due.certificate_arn, status)
    except (BotoCoreError, ClientError):
        logger.exception("certificate_not_released", tenant_id=due.tenant_id, credential_id=due.credential_id)
        return False
    logger.info("certificate_released", tenant_id=due.tenant_id, credential_id=due.credential_id, status=status)
    return True


def _revoke(
    connection: Connection,
    tenant_id: str,
    device_id: str,
    *,
    actor: Principal | str,
    origin: Origin | None,
    now: datetime,
    credential_id: str | None = None,
) -> int:
    revoked = credential_store.mark_revoked(connection, tenant_id, device_id, now=now, credential_id=credential_id)
    for credential in revoked:
        record_change(
            connection,
            actor=actor,
            origin=origin,
            tenant_id=tenant_id,
            action="credential.revoke",
            subject=device_id,
            before=credential.model_dump(mode="json", include={"credential_id", "kind", "label"}),
        )
    add_events(
        connection,
        [
            Event(
                tenant_id,
                "credential.revoked",
                {
                    "device_id": device_id,
                    "credential_id": credential.credential_id,
                    "kind": credential.kind.value,
                    "label": credential.label,
                    "by": actor if isinstance(actor, str) else actor.name,
                },
            )
            for credential in revoked
        ],
    )
    return len(revoked)
