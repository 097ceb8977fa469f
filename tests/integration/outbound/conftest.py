"""Other people's servers, on 127.0.0.1."""

from collections.abc import Iterator

import pytest
import trustme

from tests.integration.outbound.servers import (
    Receiver,
    local_destinations_allowed,
    receiver,
    server_context,
    trust,
)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Who vouches for the servers of these tests."""
    return trustme.CA()


@pytest.fixture
def local_destinations(monkeypatch: pytest.MonkeyPatch, authority: trustme.CA) -> Iterator[None]:
    """127.0.0.1 may be reached, with TLS."""
    trust(monkeypatch, authority)
    with local_destinations_allowed(monkeypatch):
        yield


@pytest.fixture
def https_receiver(authority: trustme.CA, local_destinations: None) -> Iterator[Receiver]:
    """A receiver whose certificate is good for its name."""
    assert local_destinations is None
    with receiver(server_context(authority)) as server:
        yield server
