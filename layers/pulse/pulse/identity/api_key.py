"""API keys as people see them, and what makes one good: `pulse_<key id>_<secret>`.

The secret is 256 random bits. A slow hash protects what people can think up; nobody guesses one of 2^256, so that
one SHA-256 is enough, and cheap enough to be computed for each request.
"""

import secrets
import string
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Final, NamedTuple

from pydantic import Field

from pulse.errors import FieldError, InvalidInputError
from pulse.identity.errors import ApiKeyEndedError, ApiKeyRefusedError
from pulse.identity.permissions import FOR_PEOPLE, PERMISSIONS, Permission, Role
from pulse.versions import Versioned

PREFIX: Final = "pulse_"
_ALPHABET: Final = string.ascii_lowercase + string.digits
_KEY_ID_LENGTH: Final = 12
_NO_HASH: Final = bytes(32)


class ApiKey(Versioned):
    """A program's way in. The secret is shown once, when it is made."""

    key_id: str = Field(description="First part of the key after `pulse_`; names it in logs")
    name: str
    role: Role
    scopes: list[Permission] = Field(description="What of its role the key may use")
    created_at: datetime
    created_by: str
    rotated_at: datetime | None
    former_secret_expires_at: datetime | None = Field(description="Until then the secret before the rotation works too")
    expires_at: datetime
    last_used_at: datetime | None = Field(description="To the minute; null before the first call")
    last_used_ip: str | None
    revoked_at: datetime | None


class NewSecret(NamedTuple):
    """A secret that was just made: the whole key's text for its owner, and the hash for us."""

    text: str
    secret_hash: bytes


class Lifetime(NamedTuple):
    """How long keys of a kind live: usually, and at most."""

    usual: timedelta
    longest: timedelta


class StoredKey(NamedTuple):
    """What the authorizer knows of a key."""

    secret_hash: bytes
    former_secret_hash: bytes | None
    former_secret_expires_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None


def end_of(expires_at: datetime | None, lifetime: Lifetime, now: datetime) -> datetime:
    """When a new key ends: as it is wanted, or after the usual time. Raises InvalidInputError beyond the longest."""
    if expires_at is None:
        return now + lifetime.usual
    if not now < expires_at <= now + lifetime.longest:
        reason = f"must be in the future, and at most {lifetime.longest.days} days from now"
        message = f"expires_at {reason}"
        raise InvalidInputError(message, errors=(FieldError("expires_at", reason),))
    return expires_at


def new_key_id() -> str:
    """A name for a key: 62 random bits, unique enough to be told apart in a log."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_KEY_ID_LENGTH))


def new_secret(key_id: str, *, prefix: str = PREFIX) -> NewSecret:
    """A fresh secret of a key."""
    secret = secrets.token_urlsafe(32)
    return NewSecret(f"{prefix}{key_id}_{secret}", _hash(secret))


def read_key(text: str, *, prefix: str = PREFIX) -> tuple[str, str]:
    """The id and the secret in a key's text. Raises ApiKeyRefusedError."""
    key_id, separator, secret = text.removeprefix(prefix).partition("_")
    if not text.startswith(prefix) or not separator or not secret or len(key_id) != _KEY_ID_LENGTH:
        raise ApiKeyRefusedError
    return key_id, secret


def require_good(stored: StoredKey | None, secret: str, *, now: datetime) -> None:
    """Raise ApiKeyRefusedError or ApiKeyEndedError unless the secret is the key's, and the key's time is not over.

    Every comparison is made, with a key that exists and one that doesn't, and takes the same time whatever differs.
    """
    presented = _hash(secret)
    is_current = compare_digest(presented, stored.secret_hash if stored else _NO_HASH)
    is_former = compare_digest(presented, (stored.former_secret_hash if stored else None) or _NO_HASH)
    if stored is None or not (is_current or is_former):
        raise ApiKeyRefusedError
    former_ended = stored.former_secret_expires_at is None or stored.former_secret_expires_at <= now
    if stored.revoked_at is not None or stored.expires_at <= now or (not is_current and former_ended):
        raise ApiKeyEndedError


def grantable_scopes(role: Role) -> frozenset[Permission]:
    """What a key of that role may be given."""
    return PERMISSIONS[role] - FOR_PEOPLE


def require_grantable(role: Role, scopes: Iterable[Permission]) -> None:
    """Raise InvalidInputError naming the scopes that a key of that role can't have."""
    if role.is_of_operators:
        message = f"an API key can't have the role {role.value}"
        raise InvalidInputError(message, errors=(FieldError("role", message),))
    excess = sorted(set(scopes) - grantable_scopes(role))
    if excess:
        reason = f"{', '.join(excess)} can't be given to a key with the role {role.value}"
        raise InvalidInputError(reason, errors=(FieldError("scopes", reason),))


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
