"""The customer API without a database: whoever gets as far as a query is told 503."""

import pytest

from pulse.api.resolver import Api
from tests.routes import apis


@pytest.fixture(scope="session")
def api() -> Api:
    """The deployed routes."""
    return apis()["customer_api"]


@pytest.fixture(autouse=True)
def without_database(no_database: None) -> None:
    """Whoever gets as far as a query is told 503."""
    assert no_database is None
