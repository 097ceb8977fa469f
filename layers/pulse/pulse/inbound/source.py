"""Inbound sources: senders with an address and a secret of their own. Pure."""

import base64
import secrets
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from pydantic import Field

from pulse.inbound.authentication import Authentication
from pulse.versions import Versioned

_SECRET_BYTES: Final = 32


class InboundSource(Versioned):
    """A sender. Its secret is shown once, when it is made."""

    source_id: UUID
    name: str
    addon_id: str | None = Field(
        description="Reads what it sends; null for SNMP notifications, which the addon reads that knows them best"
    )
    site_id: str | None = Field(description="Where alerts about devices belong that are not in the registry")
    authentication: Authentication
    enabled: bool
    path: str = Field(description="Where it sends to, below the API's address")
    former_secret_expires_at: datetime | None = Field(description="Until then the secret before the rotation works too")
    last_received_at: datetime | None
    received: int = Field(description="Messages that were processed")
    unreadable: int = Field(description="Those among them that could not be read; they are in the quarantine")
    last_error: str | None = Field(description="Why the last message could not be read; null when it could")
    created_at: datetime
    updated_at: datetime


class SourcePosition(NamedTuple):
    """A place in the list, which is by name."""

    name: str


class SourceList(NamedTuple):
    """A page, and where the next one starts (None after the last)."""

    sources: list[InboundSource]
    next_position: SourcePosition | None
    total: int


class NewInboundSource(InboundSource):
    """A source with its secret, which is not shown again."""

    secret: str = Field(description="To be set at the sender; keep it, it is not shown again")


class SourceWish(NamedTuple):
    """What a source is to be."""

    name: str
    addon_id: str | None
    site_id: str | None
    authentication: Authentication
    enabled: bool


def new_secret(authentication: Authentication) -> str:
    """A fresh secret, in the form that the way of authentication has for it."""
    if authentication.kind == "standard_webhooks":
        return f"whsec_{base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"
    return secrets.token_urlsafe(_SECRET_BYTES)


def hook_path(tenant_id: str, source_id: UUID) -> str:
    """Where a source sends to."""
    return f"/hooks/{tenant_id}/{source_id}"
