"""The customer API without a database: whoever gets as far as a query is told 503."""

from importlib import import_module

import pytest

from pulse.api.resolver import Api
from pulse.settings import settings


@pytest.fixture(scope="session")
def api() -> Api:
    """The deployed routes."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATABASE_SECRET_ARN", "unused")
        environment.setenv("EVENT_BUS_NAME", "unused")
        environment.setenv("DELIVERY_QUEUE_URL", "unused")
        environment.setenv("NOTIFICATION_KEY_ARN", "unused")
        environment.setenv("TRANSIENT_TABLE_NAME", "unused")
        environment.setenv("USER_POOL_ID", "unused")
        settings.cache_clear()
        api: Api = import_module("customer_api.app").api
    settings.cache_clear()
    return api


@pytest.fixture(autouse=True)
def without_database(no_database: None) -> None:
    """Whoever gets as far as a query is told 503."""
    assert no_database is None
