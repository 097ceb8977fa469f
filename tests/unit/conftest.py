"""The process's edges as unit tests have them."""

from collections.abc import Iterator

import pytest

from pulse import transient
from pulse.limits import admission
from pulse.limits.counters import forget_counts
from pulse.limits.definitions import forget_limits
from pulse.settings import settings
from tests.dynamodb import InMemoryDynamoDB


@pytest.fixture(autouse=True)
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits are in the database, which is not there: nobody has any, unless a test sets some."""
    monkeypatch.setattr(admission, "limits_of", lambda _: {})


@pytest.fixture
def transient_table(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemoryDynamoDB]:
    """A table of short-lived state, empty, in memory."""
    table = InMemoryDynamoDB()
    monkeypatch.setenv("TRANSIENT_TABLE_NAME", "memory")
    monkeypatch.setattr(transient, "_client", lambda: table)
    settings.cache_clear()
    _forget()
    yield table
    settings.cache_clear()
    _forget()


def _forget() -> None:
    transient.forget_failures()
    forget_counts()
    forget_limits()
