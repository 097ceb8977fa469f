"""When a maintenance window comes again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.alerts.maintenance.recurrence import Occurrence, RecurrenceError, Schedule
from pulse.alerts.maintenance.window import Selector, WindowPlan, check_past, check_plan, without_future
from pulse.errors import ConflictError, InvalidInputError


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def make_schedule(starts: str, ends: str, zone: str = "UTC", recurrence: str | None = None) -> Schedule:
    return Schedule(Occurrence(instant(starts), instant(ends)), ZoneInfo(zone), recurrence)


MAY = instant("2027-05-01T00:00Z")
NIGHTLY = make_schedule("2026-10-23T22:00+02:00", "2026-10-24T06:00+02:00", "Europe/Berlin", "FREQ=DAILY")


def times(schedule: Schedule, count: int) -> list[tuple[str, str]]:
    shown = islice(schedule.between(schedule.first.starts_at, instant("2036-01-01T00:00Z")), count)
    return [(one.starts_at.strftime("%d %H:%M"), one.ends_at.strftime("%d %H:%M")) for one in shown]


def test_once_is_once() -> None:
    once = make_schedule("2026-01-01T10:00Z", "2026-01-01T12:00Z")
    assert once.occurrence_at(instant("2026-01-01T09:59:59Z")) is None
    assert once.occurrence_at(instant("2026-01-01T10:00Z")) == once.first
    assert once.occurrence_at(instant("2026-01-01T11:59:59Z")) == once.first
    assert once.occurrence_at(instant("2026-01-01T12:00Z")) is None
    assert once.current_or_next(instant("2025-01-01T00:00Z")) == once.first
    assert once.current_or_next(instant("2026-01-01T12:00Z")) is None


@pytest.mark.parametrize(
    ("recurrence", "reason"),
    [(None, "is over already"), ("FREQ=DAILY", "is over already; a window recurs for at most 10 years")],
)
def test_only_of_what_recurs_it_is_said_for_how_long_that_may_be(recurrence: str | None, reason: str) -> None:
    plan = WindowPlan(
        "Past", "", instant("2006-01-01T10:00Z"), instant("2006-01-01T12:00Z"), "UTC", recurrence, Selector()
    )
    with pytest.raises(InvalidInputError) as refusal:
        check_plan(plan, instant("2026-01-01T00:00Z"))
    assert [(error.field, error.reason) for error in refusal.value.errors] == [("ends_at", reason)]


def test_a_time_that_was_ended_early_ends_there_and_those_after_it_stay() -> None:
    ended = replace(NIGHTLY, ended_early=(instant("2026-10-23T21:00Z"), instant("2026-10-25T22:30Z")))
    assert times(ended, 4) == [
        ("23 20:00", "23 21:00"),
        ("24 20:00", "25 05:00"),
        ("25 21:00", "25 22:30"),
        ("26 21:00", "27 05:00"),
    ]
    assert ended.occurrence_at(instant("2026-10-23T20:59:59Z")) is not None
    assert ended.occurrence_at(instant("2026-10-23T21:00Z")) is None
    assert ended.current_or_next(instant("2026-10-23T21:00Z")) == next(ended.between(instant("2026-10-24T10:00Z"), MAY))


@pytest.mark.parametrize("recurrence", [None, "FREQ=DAILY;COUNT=1"])
def test_what_came_for_the_last_time_is_over_when_that_is_ended_early(recurrence: str | None) -> None:
    schedule = make_schedule("2026-01-01T10:00Z", "2026-01-01T12:00Z", recurrence=recurrence)
    ended = replace(schedule, ended_early=(instant("2026-01-01T11:00Z"),))
    assert ended.last_ends_at == instant("2026-01-01T11:00Z")
    assert ended.current_or_next(instant("2026-01-01T11:00Z")) is None


def test_in_berlin_the_night_in_autumn_has_an_hour_more() -> None:
    assert times(NIGHTLY, 3) == [("23 20:00", "24 04:00"), ("24 20:00", "25 05:00"), ("25 21:00", "26 05:00")]


def test_in_new_york_the_night_in_spring_has_an_hour_less() -> None:
    schedule = make_schedule("2026-03-06T22:00-05:00", "2026-03-07T04:00-05:00", "America/New_York", "FREQ=DAILY")
    assert times(schedule, 3) == [("07 03:00", "07 09:00"), ("08 03:00", "08 08:00"), ("09 02:00", "09 08:00")]


def test_a_beginning_that_is_skipped_is_right_after_the_jump() -> None:
    schedule = make_schedule("2026-03-28T02:30+01:00", "2026-03-28T04:00+01:00", "Europe/Berlin", "FREQ=DAILY")
    assert times(schedule, 2)[1] == ("29 01:00", "29 02:00")


def test_an_hour_that_comes_twice_is_in_the_window_twice() -> None:
    schedule = make_schedule("2026-10-24T02:00+02:00", "2026-10-24T02:30+02:00", "Europe/Berlin", "FREQ=DAILY")
    for inside in ("2026-10-25T00:10Z", "2026-10-25T00:45Z", "2026-10-25T01:10Z"):
        assert schedule.occurrence_at(instant(inside)) is not None
    assert schedule.occurrence_at(instant("2026-10-25T01:30Z")) is None


@pytest.mark.parametrize(
    ("recurrence", "expected"),
    [
        ("FREQ=DAILY;COUNT=2", ["04", "05"]),
        ("FREQ=WEEKLY;BYDAY=SU,WE;COUNT=3", ["04", "07", "11"]),
        ("FREQ=MONTHLY;BYDAY=1SU;UNTIL=20260302T000000Z", ["04", "01", "01"]),
        ("FREQ=DAILY;UNTIL=20260106", ["04", "05", "06"]),
        ("FREQ=DAILY;INTERVAL=2;UNTIL=20260108T100000Z", ["04", "06", "08"]),
        ("FREQ=DAILY;INTERVAL=2;UNTIL=20260108T095959", ["04", "06"]),
    ],
)
def test_rules_are_those_of_rfc_5545(recurrence: str, expected: list[str]) -> None:
    schedule = make_schedule("2026-01-04T10:00Z", "2026-01-04T11:00Z", recurrence=recurrence)
    schedule.check()
    assert [start[:2] for start, _ in times(schedule, 9)] == expected
    assert schedule.current_or_next(schedule.last_ends_at) is None
    assert schedule.occurrence_at(schedule.last_ends_at - timedelta(seconds=1)) is not None


def test_until_in_utc_is_understood_in_the_zone() -> None:
    schedule = make_schedule(
        "2026-01-04T22:00-05:00", "2026-01-04T23:00-05:00", "America/New_York", "FREQ=DAILY;UNTIL=20260106T030000Z"
    )
    assert times(schedule, 9) == [("05 03:00", "05 04:00"), ("06 03:00", "06 04:00")]


@pytest.mark.parametrize(
    ("recurrence", "reason"),
    [
        ("FREQ=HOURLY", "needs FREQ"),
        ("BYDAY=SU", "needs FREQ"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
        ("FREQ=DAILY;COUNT=0", "COUNT"),
        ("FREQ=DAILY;BYEASTER=1", "BYEASTER"),
        ("FREQ=DAILY;DTSTART=20260101", "DTSTART"),
        ("FREQ=DAILY;BYDAY", "empty part"),
        ("FREQ=WEEKLY;BYDAY=XX", "not a recurrence rule"),
        ("FREQ=WEEKLY;UNTIL=tomorrow", "not a recurrence rule"),
        ("FREQ=WEEKLY;BYDAY=MO", "does not fit starts_at"),
        ("FREQ=DAILY;BYMONTHDAY=30", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "does not fit starts_at"),
        ("FREQ=MONTHLY;COUNT=3;BYMONTH=2;BYMONTHDAY=30", "does not fit starts_at"),
        ("FREQ=DAILY;UNTIL=20200101", "does not fit starts_at"),
    ],
)
def test_a_rule_that_can_not_be_followed_is_refused_with_a_reason(recurrence: str, reason: str) -> None:
    with pytest.raises(RecurrenceError, match=reason):
        make_schedule("2026-01-04T10:00Z", "2026-01-04T11:00Z", recurrence=recurrence).check()


def test_a_window_does_not_come_again_before_it_has_ended() -> None:
    with pytest.raises(RecurrenceError, match="before it has ended"):
        make_schedule("2026-01-04T10:00Z", "2026-01-05T11:00Z", recurrence="FREQ=DAILY").check()


def test_a_window_expires_after_ten_years() -> None:
    schedule = make_schedule("2026-01-04T10:00Z", "2026-01-04T11:00Z", recurrence="FREQ=YEARLY")
    assert schedule.last_ends_at == instant("2036-01-04T11:00Z")


def make_plan_of(schedule: Schedule) -> WindowPlan:
    return WindowPlan("W", "", *schedule.first, schedule.zone.key, schedule.recurrence, Selector())


SOON, AT_NIGHT, MUCH_LATER = (instant(f"2026-10-{time}Z") for time in ("20T12:00", "25T22:00", "28T12:00"))


def test_of_a_window_that_is_taken_back_stays_what_has_taken_place() -> None:
    plan = make_plan_of(NIGHTLY)
    assert without_future(plan, SOON) is None
    left = without_future(plan, AT_NIGHT)
    assert left is not None
    assert left.recurrence == "FREQ=DAILY;UNTIL=20261025T220000"
    assert times(left.schedule, 9) == [("23 20:00", "24 04:00"), ("24 20:00", "25 05:00"), ("25 21:00", "25 22:00")]
    with pytest.raises(ConflictError, match="is over"):
        without_future(left, MUCH_LATER)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": "Other"}, []),
        ({"recurrence": "FREQ=DAILY;UNTIL=20261101"}, []),
        ({"timezone": "Europe/Paris"}, []),
        ({"selector": Selector(site_ids=("hall-a",))}, ["selector"]),
        ({"starts_at": NIGHTLY.first.starts_at + timedelta(days=1)}, ["starts_at"]),
        ({"ends_at": NIGHTLY.first.ends_at + timedelta(hours=1)}, ["ends_at"]),
        ({"timezone": "Africa/Lagos"}, ["timezone"]),
        ({"recurrence": "FREQ=DAILY;COUNT=2", "selector": Selector(tags={"a": "b"})}, ["recurrence", "selector"]),
        ({"recurrence": None}, ["recurrence"]),
    ],
)
def test_what_has_taken_place_can_not_be_planned_differently(changes: dict[str, Any], fields: list[str]) -> None:
    before = make_plan_of(NIGHTLY)
    wanted = before._replace(**changes)
    check_past(before, wanted, SOON)
    if not fields:
        check_past(before, wanted, AT_NIGHT)
        return
    with pytest.raises(InvalidInputError) as refusal:
        check_past(before, wanted, AT_NIGHT)
    assert [error.field for error in refusal.value.errors] == fields


def test_a_window_that_is_on_may_end_at_another_time_to_come() -> None:
    once = make_plan_of(make_schedule("2026-01-01T10:00Z", "2026-01-01T12:00Z"))
    now = instant("2026-01-01T11:00Z")
    for end in ("2026-01-01T11:30Z", "2026-01-02T12:00Z"):
        check_past(once, once._replace(ends_at=instant(end)), now)
    with pytest.raises(InvalidInputError, match="ends_at"):
        check_past(once, once._replace(ends_at=instant("2026-01-03T12:00Z")), instant("2026-01-01T13:00Z"))


RECURRENCES = ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=SA,SU", "FREQ=DAILY;INTERVAL=3", "FREQ=MONTHLY"]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]


@given(
    st.sampled_from([*RECURRENCES, "FREQ=DAILY;COUNT=90", "FREQ=DAILY;UNTIL=20260501", None]),
    st.sampled_from(ZONES),
    st.integers(0, 23),
    st.integers(1, 22),
    st.integers(1, 200 * 24 * 60),
)
def test_taking_back_takes_all_that_is_to_come_and_nothing_else(
    recurrence: str | None, zone: str, hour: int, hours: int, minute: int
) -> None:
    first = datetime(2026, 1, 3, hour, 30, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    plan = make_plan_of(Schedule(Occurrence(first, first + timedelta(hours=hours)), ZoneInfo(zone), recurrence))
    now = first + timedelta(minutes=minute)
    if plan.schedule.current_or_next(now) is None:
        return
    left = without_future(plan, now)
    assert left is not None
    left.schedule.check()
    assert left.schedule.before(now + timedelta(days=500)) == plan.schedule.before(now)
    assert left.schedule.last_ends_at <= now


@given(
    st.sampled_from(RECURRENCES),
    st.sampled_from(ZONES),
    st.integers(0, 23),
    st.integers(1, 22),
    st.integers(0, 400 * 24 * 60),
)
def test_an_instant_is_in_a_window_or_between_two(
    recurrence: str, zone: str, hour: int, hours: int, minute: int
) -> None:
    first = datetime(2026, 1, 3, hour, 30, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    schedule = Schedule(Occurrence(first, first + timedelta(hours=hours)), ZoneInfo(zone), recurrence)
    now = first + timedelta(minutes=minute)
    current, following = schedule.occurrence_at(now), schedule.current_or_next(now)
    assert following is not None
    assert following.ends_at > now
    assert (current is not None) == (following.starts_at <= now)
    around = list(schedule.between(now - timedelta(days=40), now + timedelta(days=40)))
    assert following in around
    assert all(one.ends_at <= next_.starts_at for one, next_ in pairwise(around))
    assert not [one for one in around if one.starts_at <= now < one.ends_at and one != current]
