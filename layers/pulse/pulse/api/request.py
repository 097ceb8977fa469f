"""The request at hand. One execution environment answers one request at a time."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from pulse.errors import NotAuthenticatedError
from pulse.identity.access import Address, refuse_address
from pulse.identity.edge import callers_address
from pulse.identity.errors import refusal_for
from pulse.identity.principal import Origin, Principal


@dataclass(frozen=True, slots=True)
class Request:
    """Where a request comes from, what the authorizer said of it, and the frame's own headers of its answer."""

    origin: Origin
    address: Address | None
    authorizer: Mapping[str, str]
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def log_keys(self) -> dict[str, str | None]:
        """What every log line of the request carries."""
        return {
            "request_id": self.origin.request_id,
            "tenant_id": self.authorizer.get("tenant_id"),
            "user_id": self.authorizer.get("user_id"),
        }


_current: ContextVar[Request] = ContextVar("request")


@contextmanager
def request_of(event: Mapping[str, Any]) -> Iterator[Request]:
    """Make an API Gateway event (format 2.0) the request at hand."""
    context = event["requestContext"]
    address = callers_address(context["http"].get("sourceIp", ""), event.get("headers") or {})
    request = Request(
        origin=Origin(str(address) if address else None, context["requestId"]),
        address=address,
        authorizer=(context.get("authorizer") or {}).get("lambda") or {},
    )
    token = _current.set(request)
    try:
        yield request
    finally:
        _current.reset(token)


def origin() -> Origin:
    """Where the request comes from."""
    return _current.get().origin


def add_headers(headers: Mapping[str, str]) -> None:
    """Have headers in the answer, be it good or a problem."""
    _current.get().headers.update(headers)


def principal() -> Principal:
    """Who is calling. Raises NotAuthenticatedError, or the error for which the caller is refused.

    The authorizer's answer is kept for a credential, and the address is that of this very request.
    """
    authorizer = _current.get().authorizer
    if "refusal" in authorizer:
        raise refusal_for(authorizer["refusal"])
    caller = Principal.from_context(authorizer)
    if caller is None:
        message = "send an access token in the Authorization header"
        raise NotAuthenticatedError(message)
    refusal = refuse_address(caller.networks, _current.get().address)
    if refusal is not None:
        raise refusal
    return caller


def tenant() -> str:
    """The caller's tenant. A route that declares a permission is not reached without one."""
    tenant_id = principal().tenant_id
    assert tenant_id is not None
    return tenant_id
