"""Is a known caller let in? Pure: what is known comes as arguments, the answer is a refusal or None."""

from collections.abc import Iterable
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

from pulse.identity.errors import (
    AddressRefusedError,
    OutdatedTokenError,
    Refusal,
    SessionEndedError,
    TenantInactiveError,
    UserDisabledError,
)
from pulse.identity.permissions import Role
from pulse.identity.user import UserStatus
from pulse.tenants.status import Network, TenantStanding, TenantStatus

type Address = IPv4Address | IPv6Address


class Client(NamedTuple):
    """Where a call comes from. `address` is the other end of the connection, never what a header says of it."""

    address: Address | None
    user_agent: str


class KnownUser(NamedTuple):
    """What is noted of a user. No token issued at `tokens_valid_from` or earlier is believed."""

    status: UserStatus
    tokens_valid_from: datetime | None
    role: Role
    email: str
    tenant_id: str | None


class KnownSession(NamedTuple):
    """What is noted of a sign-in."""

    last_seen_at: datetime
    revoked_at: datetime | None


def refuse_tenant(standing: TenantStanding | None, address: Address | None) -> Refusal | None:
    """Why nobody of this tenant is let in from that address; `standing` is None of a tenant that doesn't exist."""
    if standing is None or standing.status is not TenantStatus.ACTIVE:
        return TenantInactiveError()
    return refuse_address(standing.ip_allowlist, address)


def refuse_address(networks: Iterable[Network], address: Address | None) -> Refusal | None:
    """Why nobody is let in from that address; without networks, everybody is from anywhere."""
    networks = tuple(networks)
    if networks and not any(address in network for network in networks if address):
        return AddressRefusedError()
    return None


def refuse_user(user: KnownUser | None, session: KnownSession | None, *, issued_at: datetime) -> Refusal | None:
    """Why this token of this user is not believed any more. Who was never seen before is nobody to refuse."""
    if user is not None and user.status in (UserStatus.DISABLED, UserStatus.DELETED):
        return UserDisabledError()
    if session is not None and session.revoked_at is not None:
        return SessionEndedError()
    if user is not None and user.tokens_valid_from is not None and issued_at <= user.tokens_valid_from:
        return OutdatedTokenError()
    return None
