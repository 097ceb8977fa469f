"""Claiming: a device that nobody has registered shows its factory's token, and has its registration and credential."""

from typing import Any

import psycopg
from pydantic import Field

from pulse import clock
from pulse.database import Connection, ingest_session
from pulse.devices import credential_store, device_store
from pulse.devices.activation import Activated
from pulse.devices.claim_token import ClaimStatus, ShownToken, read_token, status_of
from pulse.devices.credential import CredentialKind
from pulse.devices.credentials import CredentialRequest, Issuer, issue
from pulse.devices.editing import enter_device
from pulse.devices.fields import DeviceId, Imei, Mac, ShortText
from pulse.devices.registration import DeviceRegistration
from pulse.errors import ConflictError, FieldError, InvalidInputError, NotAuthenticatedError
from pulse.events.outbox import publish_after_commit
from pulse.identity.principal import Origin
from pulse.models import Input
from pulse.tenants.status import inactive_tenants


class Claim(Input):
    """What a device says of itself."""

    device_id: DeviceId = Field(description="Begins as the token asks for")
    name: ShortText = ""
    model: ShortText = ""
    manufacturer: ShortText = ""
    serial_number: ShortText = ""
    mac: Mac = ""
    imei: Imei = ""
    hardware_version: ShortText = ""
    firmware_version: ShortText = ""


def claim_device(
    token: str, claim: Claim, *, kind: CredentialKind, signing_request: str | None, origin: Origin
) -> Activated:
    """Register the device unless somebody has, and issue its first credential: both are done and counted, or neither.

    Raises NotAuthenticatedError, in the same words whatever is wrong with the token; InvalidInputError for another
    device id or a bad signing request; ConflictError for a device that has had a credential or was registered as
    another than the token's, and without a free seat.
    """
    found = _find(token)
    tenant_id = found["tenant_id"]
    if not claim.device_id.startswith(found["device_id_prefix"]):
        reason = f"must begin with {found['device_id_prefix']}"
        raise InvalidInputError(f"device_id {reason}", errors=(FieldError("device_id", reason),))
    program = f"claim token {found['label']}"

    def come_in(connection: Connection) -> None:
        _take_place(connection, found)
        _register(connection, found, claim, actor=program, origin=origin)

    wanted = CredentialRequest(kind=kind, signing_request=signing_request, label=f"claim: {found['label']}"[:100])
    issued = issue(tenant_id, claim.device_id, wanted, Issuer(program, origin), prepare=come_in)
    publish_after_commit()
    return Activated(tenant_id, claim.device_id, issued)


def _take_place(connection: Connection, found: dict[str, Any]) -> None:
    """Count one more device; of two who want the last place the second waits for the first and is refused."""
    counted = connection.execute(
        """
        UPDATE claim_tokens SET claimed = claimed + 1, last_claimed_at = %(now)s
        WHERE tenant_id = %(tenant_id)s AND claim_id = %(claim_id)s
          AND revoked_at IS NULL AND expires_at > %(now)s AND claimed < max_devices
        """,
        {"tenant_id": found["tenant_id"], "claim_id": found["claim_id"], "now": clock.now()},
    )
    if counted.rowcount == 0:
        raise _not_good()


def _register(connection: Connection, found: dict[str, Any], claim: Claim, *, actor: str, origin: Origin) -> None:
    """Enter the device; one that is there already is held, so that nobody gives it a credential meanwhile."""
    tenant_id = found["tenant_id"]
    if device_store.read_device_row(connection, tenant_id, claim.device_id) is not None:
        credential_store.lock_device(connection, tenant_id, claim.device_id)
        registered = device_store.read_device_row(connection, tenant_id, claim.device_id)
        assert registered is not None
        _require_of_token(registered, found)
        _require_newcomer(connection, tenant_id, claim.device_id)
        return
    device = DeviceRegistration(**claim.model_dump(), site_id=found["site_id"], device_type=found["device_type"])
    try:
        enter_device(connection, tenant_id, device, actor=actor, origin=origin)
    except psycopg.errors.UniqueViolation as error:
        message = f"device {claim.device_id} was registered just now; try again"
        raise ConflictError(message) from error


def _require_of_token(registered: dict[str, Any], found: dict[str, Any]) -> None:
    """A token is for one site and one type. What a device is registered with instead is not said."""
    errors = tuple(
        FieldError(name, f"is not {found[name]}, which this claim token is for")
        for name in ("site_id", "device_type")
        if registered[name] != found[name]
    )
    if errors:
        reasons = " and ".join(f"its {error.field} {error.reason}" for error in errors)
        message = f"device {registered['device_id']} was registered before, and {reasons}"
        raise ConflictError(message, errors=errors)


def _require_newcomer(connection: Connection, tenant_id: str, device_id: str) -> None:
    """A token that leaks must not be good for somebody else's devices."""
    if credential_store.has_had_credentials(connection, tenant_id, device_id):
        message = f"device {device_id} has had a credential; ask a person for an activation code"
        raise ConflictError(message)


def _find(token: str) -> dict[str, Any]:
    shown = read_token(token)
    if shown is None:
        raise _not_good()
    with ingest_session() as connection:
        row = connection.execute(
            "SELECT * FROM claim_tokens WHERE claim_id = %(claim_id)s", {"claim_id": shown.claim_id}
        ).fetchone()
        if row is None or not _is_good(row, shown) or inactive_tenants(connection, [row["tenant_id"]]):
            raise _not_good()
    return row


def _is_good(row: dict[str, Any], shown: ShownToken) -> bool:
    status = status_of(
        now=clock.now(),
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        claimed=row["claimed"],
        max_devices=row["max_devices"],
    )
    return shown.is_of(row["secret_hash"]) and status is ClaimStatus.ACTIVE


def _not_good() -> NotAuthenticatedError:
    return NotAuthenticatedError("this claim token is not good; ask for a new one")
