"""The calendar as a calendar program reads it."""

from datetime import datetime
from uuid import UUID

from icalendar import Calendar

from pulse.oncall.calendar import write_calendar
from pulse.oncall.schedule import Schedule
from pulse.oncall.timeline import duties, timeline
from tests.unit.oncall.schedule_builder import CLEO, make_override, make_schedule, utc

SCHEDULE_ID = UUID(int=7)
START = utc("2026-01-05T08:00")


def events(schedule: Schedule, end: datetime) -> dict[str, str]:
    """Summary by UID."""
    text = write_calendar(SCHEDULE_ID, "Warehouse", START, duties(timeline(schedule, START, end)))
    return {str(event["uid"]): str(event["summary"]) for event in Calendar.from_ical(text).events}


def test_a_calendar_has_an_event_for_each_duty() -> None:
    text = write_calendar(
        SCHEDULE_ID, "Warehouse", START, duties(timeline(make_schedule(), START, utc("2026-01-19T08:00")))
    )
    calendar = Calendar.from_ical(text)
    assert str(calendar["x-wr-calname"]) == "On-call: Warehouse"
    assert [(str(event["summary"]), event.decoded("dtstart"), event.decoded("dtend")) for event in calendar.events] == [
        ("Anna on call: Warehouse", START, utc("2026-01-12T08:00")),
        ("Bert on call: Warehouse", utc("2026-01-12T08:00"), utc("2026-01-19T08:00")),
    ]


def test_the_same_duty_keeps_its_uid() -> None:
    first, later = (events(make_schedule(), utc(end)) for end in ("2026-01-19T08:00", "2026-02-16T08:00"))
    assert len(first) == 2
    assert first.items() < later.items()


def test_an_override_leaves_the_uids_of_other_shifts_alone() -> None:
    end = utc("2026-01-26T08:00")
    before = events(make_schedule(), end)
    override = make_override("replace", CLEO, "2026-01-13T10:00", "2026-01-13T12:00")
    after = events(make_schedule(overrides=(override,)), end)
    assert set(before) < set(after)
    assert sorted(after[uid] for uid in set(after) - set(before)) == [
        "Bert on call: Warehouse",
        "Cleo on call: Warehouse",
    ]
