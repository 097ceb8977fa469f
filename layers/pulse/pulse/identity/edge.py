"""Where a call comes from: the other end of the connection, or who is at the other end of our own distribution."""

from collections.abc import Mapping
from hmac import compare_digest
from ipaddress import ip_address
from typing import Final

from pulse.identity.access import Address
from pulse.settings import settings

SECRET_HEADER: Final = "pulse-edge-secret"  # noqa: S105 (a header's name)
VIEWER_HEADER: Final = "pulse-viewer-address"


def callers_address(source: str, headers: Mapping[str, str]) -> Address | None:
    """The caller's address; None when there is none that makes sense.

    `source` is the connection's other end as API Gateway knows it. What a header says is believed of the distribution
    alone (stacks/app.yaml), which shows its secret and writes over whatever the viewer sent under these names.
    """
    given = {name.lower(): value for name, value in headers.items()}
    secret = settings().edge_secret
    came_through_the_edge = bool(secret) and compare_digest(given.get(SECRET_HEADER, "").encode(), secret.encode())
    try:
        return ip_address(given.get(VIEWER_HEADER, "") if came_through_the_edge else source)
    except ValueError:
        return None
