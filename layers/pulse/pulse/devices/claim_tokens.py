"""Claim tokens as people handle them: made for a factory, listed, revoked."""

from datetime import timedelta
from typing import Any, Final, NamedTuple

from psycopg import sql
from pydantic import AwareDatetime

from pulse import clock
from pulse.clock import format_instant
from pulse.database import Connection, tenant_session
from pulse.devices.claim_token import ClaimStatus, ClaimToken, NewClaimToken, new_secret, status_of
from pulse.devices.references import require_references
from pulse.errors import NotFoundError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import record_change

_TOKENS: Final = sql.SQL("SELECT * FROM claim_tokens WHERE tenant_id = %(tenant_id)s")


class ClaimTokenRequest(NamedTuple):
    """A token that is wanted."""

    label: str
    site_id: str
    device_type: str
    device_id_prefix: str
    max_devices: int
    lifetime: timedelta


class ClaimTokenPosition(NamedTuple):
    """A place in the list of tokens, which has the newest first."""

    created_at: AwareDatetime
    claim_id: str


class ClaimTokenList(NamedTuple):
    """A page, and where the next one starts (None after the last)."""

    tokens: list[ClaimToken]
    next_position: ClaimTokenPosition | None


def create_claim_token(actor: Principal, wanted: ClaimTokenRequest, *, origin: Origin) -> NewClaimToken:
    """Make a token. Raises NotPermittedError, InvalidInputError for a site or type that there is not."""
    tenant_id = actor.require(Permission.MANAGE_CREDENTIALS)
    now = clock.now()
    fields = {name: value for name, value in wanted._asdict().items() if name != "lifetime"}
    expires_at = now + wanted.lifetime
    secret = new_secret()
    with tenant_session(tenant_id) as connection:
        require_references(
            connection,
            tenant_id,
            device_id="",
            site_id=wanted.site_id,
            device_type=wanted.device_type,
            parent_device_id=None,
        )
        row = connection.execute(
            """
            INSERT INTO claim_tokens (tenant_id, claim_id, secret_hash, label, site_id, device_type, device_id_prefix,
                                      max_devices, created_at, created_by, expires_at)
            VALUES (%(tenant_id)s, %(claim_id)s, %(secret_hash)s, %(label)s, %(site_id)s, %(device_type)s,
                    %(device_id_prefix)s, %(max_devices)s, %(now)s, %(created_by)s, %(expires_at)s)
            RETURNING *
            """,
            {
                **fields,
                "expires_at": expires_at,
                "tenant_id": tenant_id,
                "claim_id": secret.claim_id,
                "secret_hash": secret.secret_hash,
                "now": now,
                "created_by": actor.name,
            },
        ).fetchone()
        assert row is not None
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="claim_token.create",
            subject=secret.claim_id,
            after={**fields, "expires_at": format_instant(expires_at)},
        )
    return NewClaimToken(**_shown(row).model_dump(), token=secret.text)


def list_claim_tokens(actor: Principal, *, limit: int, after: ClaimTokenPosition | None) -> ClaimTokenList:
    """A page of the tenant's tokens, newest first, ended ones too. Raises NotPermittedError."""
    tenant_id = actor.require(Permission.READ_CREDENTIALS)
    with tenant_session(tenant_id) as connection:
        rows = connection.execute(
            sql.SQL("""
                {tokens}
                  AND (%(after_time)s::timestamptz IS NULL
                       OR (created_at, claim_id) < (%(after_time)s, %(after_claim_id)s))
                ORDER BY created_at DESC, claim_id DESC
                LIMIT %(limit)s
            """).format(tokens=_TOKENS),
            {
                "tenant_id": tenant_id,
                "after_time": after.created_at if after else None,
                "after_claim_id": after.claim_id if after else None,
                "limit": limit + 1,
            },
        ).fetchall()
    page = [_shown(row) for row in rows[:limit]]
    position = ClaimTokenPosition(page[-1].created_at, page[-1].claim_id) if len(rows) > limit else None
    return ClaimTokenList(page, position)


def get_claim_token(actor: Principal, claim_id: str) -> ClaimToken:
    """One token. Raises NotPermittedError, NotFoundError."""
    tenant_id = actor.require(Permission.READ_CREDENTIALS)
    with tenant_session(tenant_id) as connection:
        return _read(connection, tenant_id, claim_id)


def revoke_claim_token(actor: Principal, claim_id: str, *, origin: Origin) -> None:
    """End a token at once; the devices that came in with it stay. One that is revoked already stays as it is.

    Raises NotPermittedError, NotFoundError.
    """
    tenant_id = actor.require(Permission.MANAGE_CREDENTIALS)
    with tenant_session(tenant_id) as connection:
        before = _read(connection, tenant_id, claim_id, lock=True)
        if before.status is ClaimStatus.REVOKED:
            return
        connection.execute(
            """
            UPDATE claim_tokens SET revoked_at = %(now)s
            WHERE tenant_id = %(tenant_id)s AND claim_id = %(claim_id)s
            """,
            {"tenant_id": tenant_id, "claim_id": claim_id, "now": clock.now()},
        )
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="claim_token.revoke",
            subject=claim_id,
            before={"label": before.label, "status": before.status.value, "claimed": before.claimed},
        )


def _read(connection: Connection, tenant_id: str, claim_id: str, *, lock: bool = False) -> ClaimToken:
    row = connection.execute(
        sql.SQL("{tokens} AND claim_id = %(claim_id)s {lock}").format(
            tokens=_TOKENS, lock=sql.SQL("FOR UPDATE" if lock else "")
        ),
        {"tenant_id": tenant_id, "claim_id": claim_id},
    ).fetchone()
    if row is None:
        message = f"there is no claim token {claim_id}"
        raise NotFoundError(message)
    return _shown(row)


def _shown(row: dict[str, Any]) -> ClaimToken:
    status = status_of(
        now=clock.now(),
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        claimed=row["claimed"],
        max_devices=row["max_devices"],
    )
    return ClaimToken.model_validate({**row, "status": status})
