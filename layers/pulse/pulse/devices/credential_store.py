"""The table of device credentials: the one place that says what a device may come in with."""

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from psycopg import sql

from pulse.database import Connection
from pulse.devices.credential import Credential, CredentialKind, CredentialStatus, next_warning
from pulse.errors import NotFoundError

_RETRY_AFTER: Final = timedelta(minutes=1)

_SHOWN: Final = sql.SQL("""
    credential_id, kind, label, issued_at, issued_by, expires_at, revoked_at, replaced_by,
    CASE WHEN revoked_at IS NOT NULL THEN 'REVOKED'
         WHEN expires_at <= %(now)s THEN 'EXPIRED'
         ELSE 'ACTIVE' END AS status
""")


class CredentialPosition(NamedTuple):
    """Where a page ends: credentials are listed newest first."""

    issued_at: datetime
    credential_id: str


class NewCredentialRow(NamedTuple):
    """A credential to enter: a certificate has an ARN, a token the hash of its secret."""

    credential_id: str
    kind: CredentialKind
    label: str
    expires_at: datetime | None
    certificate_arn: str | None = None
    token_hash: bytes | None = None


class DueEnd(NamedTuple):
    """A credential whose end is to be carried out; `status` says why it ended. A token has no ARN."""

    tenant_id: str
    device_id: str
    credential_id: str
    certificate_arn: str | None
    label: str
    expires_at: datetime | None
    status: CredentialStatus


def lock_device(connection: Connection, tenant_id: str, device_id: str) -> str:
    """Hold the device's registry entry until the transaction ends; return its lifecycle. Raises NotFoundError."""
    row = connection.execute(
        """
        SELECT lifecycle FROM devices
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s
        FOR UPDATE
        """,
        {"tenant_id": tenant_id, "device_id": device_id},
    ).fetchone()
    if row is None:
        message = f"there is no device {device_id}"
        raise NotFoundError(message)
    return str(row["lifecycle"])


def count_live(connection: Connection, tenant_id: str, device_id: str, *, now: datetime) -> int:
    """How many credentials of a device are accepted now."""
    row = connection.execute(
        """
        SELECT count(*) AS live FROM device_credentials
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s
          AND revoked_at IS NULL AND coalesce(expires_at > %(now)s, true)
        """,
        {"tenant_id": tenant_id, "device_id": device_id, "now": now},
    ).fetchone()
    assert row is not None
    return int(row["live"])


def has_had_credentials(connection: Connection, tenant_id: str, device_id: str) -> bool:
    """Whether a device has or had a credential, live or ended."""
    known = connection.execute(
        """
        SELECT FROM device_credentials
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s
        LIMIT 1
        """,
        {"tenant_id": tenant_id, "device_id": device_id},
    ).fetchone()
    return known is not None


def insert_credential(
    connection: Connection, tenant_id: str, device_id: str, new: NewCredentialRow, *, issued_by: str, now: datetime
) -> Credential:
    """Enter a credential; it is accepted as soon as the transaction is committed."""
    row = connection.execute(
        sql.SQL("""
        INSERT INTO device_credentials (tenant_id, device_id, credential_id, kind, certificate_arn, token_hash, label,
                                        issued_at, issued_by, expires_at, end_due_at, warning_due_at)
        VALUES (%(tenant_id)s, %(device_id)s, %(credential_id)s, %(kind)s, %(certificate_arn)s, %(token_hash)s,
                %(label)s, %(now)s, %(issued_by)s, %(expires_at)s,
                %(expires_at)s, %(warning_due_at)s)
        RETURNING {shown}
        """).format(shown=_SHOWN),
        {
            "tenant_id": tenant_id,
            "device_id": device_id,
            **new._asdict(),
            "issued_by": issued_by,
            "warning_due_at": next_warning(new.expires_at, now),
            "now": now,
        },
    ).fetchone()
    assert row is not None
    return Credential.model_validate(row)


def list_credentials(
    connection: Connection,
    tenant_id: str,
    device_id: str,
    *,
    now: datetime,
    limit: int,
    after: CredentialPosition | None,
) -> tuple[list[Credential], int]:
    """At most `limit + 1` of a device's credentials following `after`, newest first, and how many there are."""
    parameters: dict[str, Any] = {
        "tenant_id": tenant_id,
        "device_id": device_id,
        "now": now,
        "limit": limit + 1,
        "after_time": after.issued_at if after else None,
        "after_id": after.credential_id if after else None,
    }
    rows = connection.execute(
        sql.SQL("""
        SELECT {shown} FROM device_credentials
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s
          AND (%(after_time)s::timestamptz IS NULL OR (issued_at, credential_id) < (%(after_time)s, %(after_id)s))
        ORDER BY issued_at DESC, credential_id DESC
        LIMIT %(limit)s
        """).format(shown=_SHOWN),
        parameters,
    ).fetchall()
    count = connection.execute(
        """
        SELECT count(*) AS total FROM device_credentials
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s
        """,
        parameters,
    ).fetchone()
    assert count is not None
    return [Credential.model_validate(row) for row in rows], count["total"]


def lock_credential(
    connection: Connection, tenant_id: str, device_id: str, credential_id: str, *, now: datetime
) -> Credential:
    """Hold one credential until the transaction ends. Raises NotFoundError."""
    row = connection.execute(
        sql.SQL("""
        SELECT {shown} FROM device_credentials
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s AND credential_id = %(credential_id)s
        FOR UPDATE
        """).format(shown=_SHOWN),
        {"tenant_id": tenant_id, "device_id": device_id, "credential_id": credential_id, "now": now},
    ).fetchone()
    if row is None:
        message = f"device {device_id} has no credential {credential_id}"
        raise NotFoundError(message)
    return Credential.model_validate(row)


def mark_replaced(
    connection: Connection, tenant_id: str, device_id: str, credential: Credential, *, by: str, until: datetime
) -> None:
    """A credential was rotated: it is accepted until `until`, or its own end if that is earlier. Nobody is warned."""
    connection.execute(
        """
        UPDATE device_credentials
        SET replaced_by = %(by)s,
            expires_at = least(expires_at, %(until)s),
            end_due_at = least(expires_at, %(until)s),
            warning_due_at = NULL
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s AND credential_id = %(credential_id)s
        """,
        {
            "tenant_id": tenant_id,
            "device_id": device_id,
            "credential_id": credential.credential_id,
            "by": by,
            "until": until,
        },
    )


def mark_revoked(
    connection: Connection, tenant_id: str, device_id: str, *, now: datetime, credential_id: str | None = None
) -> list[Credential]:
    """Revoke one credential, or all of a device that are not revoked; return them. The broker's part is due now."""
    rows = connection.execute(
        sql.SQL("""
        UPDATE device_credentials
        SET revoked_at = %(now)s,
            end_due_at = CASE kind WHEN 'certificate' THEN %(now)s::timestamptz END,
            warning_due_at = NULL
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s AND revoked_at IS NULL
          AND (%(credential_id)s::text IS NULL OR credential_id = %(credential_id)s)
        RETURNING {shown}
        """).format(shown=_SHOWN),
        {"tenant_id": tenant_id, "device_id": device_id, "credential_id": credential_id, "now": now},
    ).fetchall()
    return [Credential.model_validate(row) for row in rows]


def claim_due_ends(
    connection: Connection, *, now: datetime, limit: int, device: tuple[str, str] | None = None
) -> list[DueEnd]:
    """Credentials whose end is to be carried out, of one device or of all; others skip what is claimed here."""
    tenant_id, device_id = device or (None, None)
    rows = connection.execute(
        """
        SELECT tenant_id, device_id, credential_id, certificate_arn, label, expires_at,
               CASE WHEN revoked_at IS NULL THEN 'EXPIRED' ELSE 'REVOKED' END AS status
        FROM device_credentials
        WHERE end_due_at <= %(now)s
          AND (%(tenant_id)s::text IS NULL OR (tenant_id = %(tenant_id)s AND device_id = %(device_id)s))
        ORDER BY end_due_at
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
        """,
        {"now": now, "limit": limit, "tenant_id": tenant_id, "device_id": device_id},
    ).fetchall()
    return [DueEnd(**{**row, "status": CredentialStatus(row["status"])}) for row in rows]


def note_end(connection: Connection, due: DueEnd, *, now: datetime, done: bool) -> None:
    """The end is carried out, or is to be tried again in a minute."""
    connection.execute(
        """
        UPDATE device_credentials
        SET end_due_at = %(again_at)s
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s AND credential_id = %(credential_id)s
        """,
        {
            "tenant_id": due.tenant_id,
            "device_id": due.device_id,
            "credential_id": due.credential_id,
            "again_at": None if done else now + _RETRY_AFTER,
        },
    )


class DueWarning(NamedTuple):
    """A credential whose end is to be warned of."""

    tenant_id: str
    device_id: str
    credential_id: str
    kind: CredentialKind
    label: str
    expires_at: datetime


def claim_due_warnings(connection: Connection, *, now: datetime, limit: int) -> list[DueWarning]:
    """Credentials whose warning is due, with the next one already entered; others skip what is claimed here.

    A warning that was missed is made up for by the next one alone. What has ended meanwhile is not warned of.
    """
    rows = connection.execute(
        """
        SELECT tenant_id, device_id, credential_id, kind, label, expires_at
        FROM device_credentials
        WHERE warning_due_at <= %(now)s
        ORDER BY warning_due_at
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
        """,
        {"now": now, "limit": limit},
    ).fetchall()
    due = [DueWarning(**{**row, "kind": CredentialKind(row["kind"])}) for row in rows]
    connection.execute(
        """
        UPDATE device_credentials
        SET warning_due_at = next.due_at
        FROM unnest(%(tenant_ids)s::text[], %(device_ids)s::text[], %(credential_ids)s::text[],
                    %(due_at)s::timestamptz[]) AS next (tenant_id, device_id, credential_id, due_at)
        WHERE device_credentials.tenant_id = next.tenant_id
          AND device_credentials.device_id = next.device_id
          AND device_credentials.credential_id = next.credential_id
        """,
        {
            "tenant_ids": [warning.tenant_id for warning in due],
            "device_ids": [warning.device_id for warning in due],
            "credential_ids": [warning.credential_id for warning in due],
            "due_at": [next_warning(warning.expires_at, now) for warning in due],
        },
    )
    return [warning for warning in due if warning.expires_at > now]
