"""Credentials as people see them, and when to warn of their end."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from pydantic import Field

from pulse.models import Model

MAXIMUM_LIVE: Final = 20
"""Credentials that a device may have at once: more are a program that forgets what it has issued."""

MAXIMUM_OVERLAP: Final = timedelta(days=30)
_WARNINGS: Final = (timedelta(days=30), timedelta(days=7), timedelta(days=1))


class CredentialKind(StrEnum):
    """A certificate is for MQTT, a token for HTTP."""

    CERTIFICATE = "certificate"
    TOKEN = "token"  # noqa: S105 - a word, no secret


class CredentialStatus(StrEnum):
    """Whether what is sent with the credential is accepted."""

    ACTIVE = "ACTIVE"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


class Credential(Model):
    """A device's way in. Nothing secret is kept of it."""

    credential_id: str = Field(description="A certificate's SHA-256 fingerprint, or a token's id")
    kind: CredentialKind
    status: CredentialStatus
    label: str
    issued_at: datetime
    issued_by: str
    expires_at: datetime | None = Field(description="Nothing is accepted from then on; null when it has no end")
    revoked_at: datetime | None
    replaced_by: str | None = Field(description="The credential that it was rotated to")


def next_warning(expires_at: datetime | None, now: datetime) -> datetime | None:
    """When to warn of the end next: 30, 7 and 1 days before it, whichever of these comes first after `now`."""
    if expires_at is None:
        return None
    return min((expires_at - ahead for ahead in _WARNINGS if expires_at - ahead > now), default=None)
