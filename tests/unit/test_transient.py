"""Short-lived state: the stand-in keeps the contract, and a table that is away is not asked by everybody."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pulse import clock, transient
from pulse.settings import settings
from pulse.transient import TransientUnavailableError, read_entry
from tests.dynamodb import InMemoryDynamoDB
from tests.transient_contract import MINUTE, TransientContract, make_key


class TestInMemory(TransientContract):
    """The stand-in that unit tests use."""


def test_a_failure_is_an_error_of_its_own_told_once(
    transient_table: InMemoryDynamoDB, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    transient_table.is_away = True
    for _ in range(5):
        with pytest.raises(TransientUnavailableError):
            read_entry(make_key())
    assert transient_table.requests == 1
    assert [record.message for record in caplog.records] == ["transient_table_unavailable"]
    assert capsys.readouterr().out.count('"TransientTableUnavailable":[1.0]') == 1


def test_after_a_pause_the_table_is_asked_again(
    transient_table: InMemoryDynamoDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    transient_table.is_away = True
    with pytest.raises(TransientUnavailableError):
        read_entry(make_key())
    transient_table.is_away = False
    now += timedelta(seconds=9)
    with pytest.raises(TransientUnavailableError):
        read_entry(make_key())
    now += timedelta(seconds=1)
    assert read_entry(make_key()) is None


def test_a_bug_in_the_caller_is_no_outage(transient_table: InMemoryDynamoDB) -> None:
    with pytest.raises(AttributeError):
        transient.write_entry(make_key(), None, lifetime=MINUTE)  # type: ignore[arg-type]
    assert transient_table.requests == 0
    assert read_entry(make_key()) is None


@pytest.fixture
def without_a_table(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("TRANSIENT_TABLE_NAME", raising=False)
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("without_a_table")
def test_a_function_without_the_table_says_so() -> None:
    with pytest.raises(RuntimeError, match="TRANSIENT_TABLE_NAME"):
        read_entry(make_key())
