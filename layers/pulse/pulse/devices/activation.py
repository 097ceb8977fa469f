"""Activation: a person makes a code for a device, and whoever types it in gets the device's certificate, once."""

from datetime import datetime
from typing import Any, NamedTuple

from pydantic import Field

from pulse import clock
from pulse.clock import format_instant
from pulse.database import Connection, ingest_session, tenant_session
from pulse.devices import credential_store
from pulse.devices.activation_code import LIFETIME, hash_of, new_code
from pulse.devices.credential import Credential, CredentialKind
from pulse.devices.credentials import CredentialRequest, IssuedCredential, Issuer, issue
from pulse.devices.queries import Lifecycle
from pulse.errors import ConflictError, NotAuthenticatedError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.models import Model
from pulse.operations.audit import record_change


class ActivationCode(Model):
    """A code that was just made. It is not shown again."""

    code: str = Field(description="For a person to type; hyphens, blanks and lower case make no difference")
    device_id: str
    expires_at: datetime


class Activated(NamedTuple):
    """The device that a code was for, and its certificate."""

    tenant_id: str
    device_id: str
    issued: IssuedCredential


def create_activation_code(
    actor: Principal,
    device_id: str,
    *,
    origin: Origin,
    permission: Permission = Permission.MANAGE_CREDENTIALS,
) -> ActivationCode:
    """Make a code that is good for an hour, in place of one that is not used yet.

    Raises NotPermittedError, NotFoundError, ConflictError for a decommissioned device.
    """
    tenant_id = actor.require(permission)
    code, now = new_code(), clock.now()
    expires_at = now + LIFETIME
    with tenant_session(tenant_id) as connection:
        if credential_store.lock_device(connection, tenant_id, device_id) == Lifecycle.DECOMMISSIONED:
            message = f"device {device_id} was decommissioned; it can't be activated any more"
            raise ConflictError(message)
        connection.execute(
            """
            DELETE FROM activation_codes
            WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s
              AND (used_at IS NULL OR expires_at <= %(now)s)
            """,
            {"tenant_id": tenant_id, "device_id": device_id, "now": now},
        )
        connection.execute(
            """
            INSERT INTO activation_codes (code_hash, tenant_id, device_id, created_at, created_by, expires_at)
            VALUES (%(code_hash)s, %(tenant_id)s, %(device_id)s, %(now)s, %(created_by)s, %(expires_at)s)
            """,
            {
                "code_hash": code.code_hash,
                "tenant_id": tenant_id,
                "device_id": device_id,
                "now": now,
                "created_by": actor.name,
                "expires_at": expires_at,
            },
        )
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="activation_code.create",
            subject=device_id,
            after={"expires_at": format_instant(expires_at)},
        )
    return ActivationCode(code=code.text, device_id=device_id, expires_at=expires_at)


def activate(code: str, *, signing_request: str | None, origin: Origin) -> Activated:
    """Issue the certificate that a code is good for. The code is used up together with that, and not by a failure.

    Raises NotAuthenticatedError, in the same words for a code that is wrong, used or too old; InvalidInputError for a
    bad signing request; ConflictError for a device that may not get a certificate.
    """
    code_hash = hash_of(code)
    found = _find(code_hash) if code_hash is not None else None
    if found is None:
        raise _not_good()
    tenant_id, device_id = found["tenant_id"], found["device_id"]

    def use_up(connection: Connection, _: Credential) -> None:
        used = connection.execute(
            """
            UPDATE activation_codes
            SET used_at = %(now)s
            WHERE tenant_id = %(tenant_id)s AND code_hash = %(code_hash)s AND used_at IS NULL
            """,
            {"tenant_id": tenant_id, "code_hash": code_hash, "now": clock.now()},
        )
        if used.rowcount == 0:
            raise _not_good()

    wanted = CredentialRequest(kind=CredentialKind.CERTIFICATE, signing_request=signing_request, label="activation")
    issuer = Issuer("activation code", origin)
    return Activated(tenant_id, device_id, issue(tenant_id, device_id, wanted, issuer, in_transaction=use_up))


def _find(code_hash: bytes) -> dict[str, Any] | None:
    with ingest_session() as connection:
        return connection.execute(
            """
            SELECT tenant_id, device_id FROM activation_codes
            WHERE code_hash = %(code_hash)s AND used_at IS NULL AND expires_at > %(now)s
            """,
            {"code_hash": code_hash, "now": clock.now()},
        ).fetchone()


def _not_good() -> NotAuthenticatedError:
    return NotAuthenticatedError("this activation code is not good; ask for a new one")
