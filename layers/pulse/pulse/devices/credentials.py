"""Issuing, rotating and revoking the credentials of devices: one model for certificates and tokens.

A certificate is made at the broker before it is entered in the registry, outside of any transaction, and discarded
again if it can't be entered: the broker never holds a live credential that ingest does not know.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pulse import clock
from pulse.clock import format_instant
from pulse.database import Connection, tenant_session
from pulse.devices import broker, credential_store
from pulse.devices.credential import MAXIMUM_LIVE, Credential, CredentialKind, CredentialStatus
from pulse.devices.credential_store import CredentialPosition, NewCredentialRow
from pulse.devices.queries import Lifecycle, require_device
from pulse.devices.tokens import new_token
from pulse.errors import ConflictError, FieldError, InvalidInputError
from pulse.events.outbox import Event, add_events
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import record_change


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRequest:
    """A credential that is wanted. A certificate without a signing request comes with a key that is made here."""

    kind: CredentialKind
    signing_request: str | None = None
    label: str = ""
    expires_at: datetime | None = None


class IssuedCredential(NamedTuple):
    """A credential that was just issued, with what is shown this once: a token, or a certificate and maybe its key."""

    credential: Credential
    certificate_pem: str | None = None
    private_key_pem: str | None = None
    token: str | None = None


class CredentialList(NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list is."""

    credentials: list[Credential]
    next_position: CredentialPosition | None
    total: int


class Issuer(NamedTuple):
    """Who issues, for the audit log: a caller, or the name of a program."""

    actor: Principal | str
    origin: Origin | None = None

    @property
    def name(self) -> str:
        """What a person recognises in a list."""
        return self.actor if isinstance(self.actor, str) else self.actor.name


type Preparation = Callable[[Connection], None]
"""What is to be done before a credential is entered, in the same transaction, such as entering the device. It is tried
first and undone, so that the broker is asked for nothing in vain; raising refuses the credential."""

type InTransaction = Callable[[Connection, Credential], None]
"""What is to be done in the very transaction that enters a new credential; raising undoes both."""


def list_credentials(
    actor: Principal, device_id: str, *, limit: int, after: CredentialPosition | None
) -> CredentialList:
    """A page of a device's credentials, newest first, ended ones too. Raises NotPermittedError, NotFoundError."""
    tenant_id = actor.require(Permission.READ_CREDENTIALS)
    with tenant_session(tenant_id) as connection:
        require_device(connection, tenant_id, device_id)
        found, total = credential_store.list_credentials(
            connection, tenant_id, device_id, now=clock.now(), limit=limit, after=after
        )
    page = found[:limit]
    position = CredentialPosition(page[-1].issued_at, page[-1].credential_id) if len(found) > limit else None
    return CredentialList(page, position, total)


def issue_credential(
    actor: Principal,
    device_id: str,
    wanted: CredentialRequest,
    *,
    origin: Origin,
    permission: Permission = Permission.MANAGE_CREDENTIALS,
) -> IssuedCredential:
    """Issue a credential for a device.

    Raises NotPermittedError, NotFoundError, InvalidInputError for a bad signing request or end, and ConflictError for a
    decommissioned device or one that has too many credentials.
    """
    tenant_id = actor.require(permission)
    return issue(tenant_id, device_id, wanted, Issuer(actor, origin))


def rotate_credential(
    actor: Principal,
    device_id: str,
    credential_id: str,
    *,
    signing_request: str | None,
    overlap: timedelta,
    expires_at: datetime | None,
    origin: Origin,
) -> IssuedCredential:
    """Issue another credential of the same kind and label; the one there is ends after `overlap`.

    Raises as `issue_credential` does, and ConflictError for a credential that has ended.
    """
    tenant_id = actor.require(Permission.MANAGE_CREDENTIALS)
    issuer = Issuer(actor, origin)
    with tenant_session(tenant_id) as connection:
        former = _lock_live(connection, tenant_id, device_id, credential_id)
    wanted = CredentialRequest(
        kind=former.kind, signing_request=signing_request, label=former.label, expires_at=expires_at
    )

    def end_former(connection: Connection, issued: Credential) -> None:
        before = _lock_live(connection, tenant_id, device_id, credential_id)
        until = clock.now() + overlap
        credential_store.mark_replaced(connection, tenant_id, device_id, before, by=issued.credential_id, until=until)
        record_change(
            connection,
            actor=issuer.actor,
            origin=issuer.origin,
            tenant_id=tenant_id,
            action="credential.rotate",
            subject=device_id,
            before=_audited(before),
            after={"replaced_by": issued.credential_id, "expires_at": format_instant(until)},
        )

    return issue(tenant_id, device_id, wanted, issuer, in_transaction=end_former)


def issue(
    tenant_id: str,
    device_id: str,
    wanted: CredentialRequest,
    issuer: Issuer,
    *,
    prepare: Preparation | None = None,
    in_transaction: InTransaction | None = None,
) -> IssuedCredential:
    """Issue a credential for whoever was authorized elsewhere. Raises as `issue_credential` does.

    What `prepare` and `in_transaction` do stays if the credential is issued, and only then.
    """
    now = clock.now()
    if wanted.expires_at is not None and wanted.expires_at <= now:
        reason = "must be in the future"
        message = f"expires_at {reason}"
        raise InvalidInputError(message, errors=(FieldError("expires_at", reason),))
    with tenant_session(tenant_id) as connection, connection.transaction(force_rollback=True):
        if prepare is not None:
            prepare(connection)
        _require_room(connection, tenant_id, device_id, now)
    besides = _Besides(prepare, in_transaction)
    if wanted.kind is CredentialKind.TOKEN:
        return _issue_token(tenant_id, device_id, wanted, issuer, besides)
    return _issue_certificate(tenant_id, device_id, wanted, issuer, besides)


class _Besides(NamedTuple):
    """What is done in the transaction that enters a credential, before and after."""

    prepare: Preparation | None
    in_transaction: InTransaction | None


def _issue_token(
    tenant_id: str, device_id: str, wanted: CredentialRequest, issuer: Issuer, besides: _Besides
) -> IssuedCredential:
    if wanted.signing_request is not None:
        reason = "is for certificates; a token has none"
        message = f"signing_request {reason}"
        raise InvalidInputError(message, errors=(FieldError("signing_request", reason),))
    token = new_token()
    new = NewCredentialRow(token.token_id, wanted.kind, wanted.label, wanted.expires_at, token_hash=token.secret_hash)
    return IssuedCredential(_enter(tenant_id, device_id, new, issuer, besides), token=token.text)


def _issue_certificate(
    tenant_id: str, device_id: str, wanted: CredentialRequest, issuer: Issuer, besides: _Besides
) -> IssuedCredential:
    from pulse.devices.signing import make_key, require_signing_request  # cryptography with it: few requests need it

    key = None if wanted.signing_request is not None else make_key(device_id)
    signing_request = key.signing_request if key else wanted.signing_request
    assert signing_request is not None
    require_signing_request(signing_request, device_id)
    certificate = broker.create_certificate(tenant_id, device_id, signing_request)
    new = NewCredentialRow(
        certificate.certificate_id,
        wanted.kind,
        wanted.label,
        min(wanted.expires_at or certificate.not_after, certificate.not_after),
        certificate_arn=certificate.certificate_arn,
    )
    try:
        credential = _enter(tenant_id, device_id, new, issuer, besides)
    except BaseException:
        broker.discard_certificate(tenant_id, device_id, certificate.certificate_id, certificate.certificate_arn)
        raise
    return IssuedCredential(
        credential, certificate_pem=certificate.certificate_pem, private_key_pem=key.private_key_pem if key else None
    )


def _enter(tenant_id: str, device_id: str, new: NewCredentialRow, issuer: Issuer, besides: _Besides) -> Credential:
    now = clock.now()
    with tenant_session(tenant_id) as connection:
        if besides.prepare is not None:
            besides.prepare(connection)
        _require_room(connection, tenant_id, device_id, now)
        credential = credential_store.insert_credential(
            connection, tenant_id, device_id, new, issued_by=issuer.name, now=now
        )
        if besides.in_transaction is not None:
            besides.in_transaction(connection, credential)
        record_change(
            connection,
            actor=issuer.actor,
            origin=issuer.origin,
            tenant_id=tenant_id,
            action="credential.issue",
            subject=device_id,
            after=_audited(credential),
        )
        add_events(
            connection,
            [
                Event(
                    tenant_id,
                    "credential.issued",
                    {
                        "device_id": device_id,
                        "credential_id": credential.credential_id,
                        "kind": credential.kind.value,
                        "label": credential.label,
                        "expires_at": format_instant(credential.expires_at) if credential.expires_at else None,
                        "by": issuer.name,
                    },
                )
            ],
        )
    return credential


def _require_room(connection: Connection, tenant_id: str, device_id: str, now: datetime) -> None:
    """Hold the device, and refuse one that is history or has all the credentials that it may have."""
    if credential_store.lock_device(connection, tenant_id, device_id) == Lifecycle.DECOMMISSIONED:
        message = f"device {device_id} was decommissioned; it gets no credentials any more"
        raise ConflictError(message)
    if credential_store.count_live(connection, tenant_id, device_id, now=now) >= MAXIMUM_LIVE:
        message = f"device {device_id} has {MAXIMUM_LIVE} live credentials; revoke one that is not used any more"
        raise ConflictError(message)


def _lock_live(connection: Connection, tenant_id: str, device_id: str, credential_id: str) -> Credential:
    """Hold a credential that can be rotated. Raises NotFoundError, ConflictError."""
    credential = credential_store.lock_credential(connection, tenant_id, device_id, credential_id, now=clock.now())
    if credential.status is not CredentialStatus.ACTIVE:
        message = "this credential has expired or was revoked; issue a new one"
        raise ConflictError(message)
    if credential.replaced_by is not None:
        message = f"this credential was rotated to {credential.replaced_by} already; rotate that one"
        raise ConflictError(message)
    return credential


def _audited(credential: Credential) -> dict[str, Any]:
    return credential.model_dump(mode="json", include={"credential_id", "kind", "label", "expires_at"})
