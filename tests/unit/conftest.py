"""The process's edges as unit tests have them."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from pulse import transient
from pulse.api import admission as api_admission
from pulse.database import sessions
from pulse.limits import admission
from pulse.limits.counters import forget_counts
from pulse.limits.definitions import forget_limits
from pulse.logging import logger
from pulse.settings import settings
from tests.dynamodb import InMemoryDynamoDB


@pytest.fixture(autouse=True)
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits are in the database, which is not there: nobody has any, unless a test sets some."""
    monkeypatch.setattr(admission, "limits_of", lambda _: {})


@pytest.fixture(autouse=True)
def no_subscriptions(monkeypatch: pytest.MonkeyPatch) -> None:
    """So are subscriptions: nobody has any."""
    monkeypatch.setattr(api_admission, "require_in_force", lambda _: None)


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever gets as far as a query is told that the database is away."""

    def refuse() -> None:
        message = "there is no database in unit tests"
        raise psycopg.OperationalError(message)

    sessions.close_connection()
    monkeypatch.setattr(sessions, "connect", refuse)


@pytest.fixture
def no_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever calls AWS finds nobody there, on whatever machine this runs."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")


@pytest.fixture
def log() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Reads what was logged, as CloudWatch gets it."""
    written = io.StringIO()
    handler = logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    handler.setStream(before)


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
