"""The outbox against a bus that takes some events and not others."""

from collections.abc import Sequence

import pytest

from pulse.database import ingest_session
from pulse.events import outbox
from pulse.events.bus import BusEvent, BusUnavailableError, Publication
from pulse.events.outbox import Event, add_events, publish_due
from tests.builders import Fleet, take_all


@pytest.fixture
def waiting(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three events, by type: all that there are."""
    monkeypatch.setattr(outbox, "put_events", take_all)
    types = ["test.first", "test.second", "test.third"]
    with ingest_session() as connection:
        connection.execute("DELETE FROM outbox")
        add_events(connection, [Event(fleet.tenant_id, event_type, {}) for event_type in types])
    return types


def left(fleet: Fleet) -> list[tuple[str, int]]:
    with ingest_session() as connection:
        rows = connection.execute(
            "SELECT event_type, attempts FROM outbox WHERE tenant_id = %s ORDER BY sequence", (fleet.tenant_id,)
        ).fetchall()
    return [(row["event_type"], row["attempts"]) for row in rows]


def test_an_event_that_the_bus_refuses_waits_alone(
    fleet: Fleet, waiting: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_second(events: Sequence[BusEvent]) -> Publication:
        refused = {event.event_id: "too large" for event in events if event.event_type == waiting[1]}
        return Publication([event.event_id for event in events if event.event_id not in refused], refused, None)

    monkeypatch.setattr(outbox, "put_events", refuse_second)
    assert publish_due() == 2
    assert left(fleet) == [(waiting[1], 1)]
    assert publish_due() == 0, "it is not due again at once"


def test_what_was_published_before_the_bus_went_away_is_not_published_again(
    fleet: Fleet, waiting: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def take_first(events: Sequence[BusEvent]) -> Publication:
        return Publication([events[0].event_id], {}, BusUnavailableError("the event bus did not take 2 events"))

    monkeypatch.setattr(outbox, "put_events", take_first)
    with pytest.raises(BusUnavailableError):
        publish_due()
    assert left(fleet) == [(waiting[1], 0), (waiting[2], 0)]
    monkeypatch.setattr(outbox, "put_events", take_all)
    assert publish_due() == 2
    assert left(fleet) == []
