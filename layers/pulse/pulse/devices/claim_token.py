"""Claim tokens: what they look like, and for which devices one is good."""

import re
import secrets
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from typing import Final, NamedTuple

from pydantic import Field

from pulse.models import Model

MAXIMUM_DEVICES: Final = 100_000
LONGEST_DAYS: Final = 366
_FORM: Final = re.compile(r"pc_([0-9a-f]{16})_([0-9a-f]{64})")


class ClaimStatus(StrEnum):
    """Whether a token is good, and why not."""

    ACTIVE = "ACTIVE"
    USED_UP = "USED_UP"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


class ClaimToken(Model):
    """A token with which devices come in that nobody has registered one by one. Its secret is not kept."""

    claim_id: str
    label: str = Field(description="What it is for, such as a production line")
    status: ClaimStatus
    site_id: str = Field(description="The site that devices are registered at")
    device_type: str = Field(description="What they are")
    device_id_prefix: str = Field(description="How their ids begin; empty when any id is good")
    max_devices: int
    claimed: int = Field(description="Devices that have come in with it")
    created_at: datetime
    created_by: str
    expires_at: datetime
    last_claimed_at: datetime | None
    revoked_at: datetime | None


class NewClaimToken(ClaimToken):
    """A token that was just made, with what is shown this once."""

    token: str = Field(description="What devices show, `pc_…_…`")


class Secret(NamedTuple):
    """A fresh token: its id, the text that devices show, and the hash that is kept."""

    claim_id: str
    text: str
    secret_hash: bytes


class ShownToken(NamedTuple):
    """A token as somebody shows it."""

    claim_id: str
    secret: str

    def is_of(self, secret_hash: bytes) -> bool:
        """Whether the secret is the one whose hash is kept."""
        return compare_digest(_hash(self.secret), secret_hash)


def new_secret() -> Secret:
    """A fresh token."""
    claim_id, secret = secrets.token_hex(8), secrets.token_hex(32)
    return Secret(claim_id, f"pc_{claim_id}_{secret}", _hash(secret))


def read_token(text: str) -> ShownToken | None:
    """The parts of a token; None when none can look like this."""
    match = _FORM.fullmatch(text)
    return ShownToken(match.group(1), match.group(2)) if match else None


def status_of(
    *, now: datetime, expires_at: datetime, revoked_at: datetime | None, claimed: int, max_devices: int
) -> ClaimStatus:
    """Where a token stands; a revoked one is called that whatever else holds."""
    if revoked_at is not None:
        return ClaimStatus.REVOKED
    if now >= expires_at:
        return ClaimStatus.EXPIRED
    return ClaimStatus.USED_UP if claimed >= max_devices else ClaimStatus.ACTIVE


def _hash(secret: str) -> bytes:
    """One round is enough for 256 random bits."""
    return sha256(secret.encode()).digest()
