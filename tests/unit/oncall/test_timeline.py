"""Who is on call when, and why: tables at the boundaries, and what holds for every schedule."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.oncall.schedule import Layer, Override, Responder, Schedule
from pulse.oncall.timeline import Interval, duties, explain, timeline
from pulse.wall_clock import wall_time
from tests.unit.oncall.schedule_builder import (
    ANNA,
    BERT,
    CLEO,
    make_layer,
    make_override,
    make_schedule,
    restrict,
    utc,
)

ZONES = [
    "Africa/Casablanca",
    "America/New_York",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Chatham",
]
QUARTER = timedelta(minutes=15)


def names(intervals: list[Interval]) -> list[str]:
    return ["+".join(assignment.responder.name for assignment in interval.on_call) for interval in intervals]


def starts(intervals: list[Interval], zone: str = "Europe/Berlin") -> list[str]:
    return [f"{wall_time(interval.start, ZoneInfo(zone)):%m-%d %H:%M}" for interval in intervals]


def at(schedule: Schedule, instant: str) -> str:
    return names(timeline(schedule, utc(instant), utc(instant) + timedelta(minutes=1)))[0]


def test_a_weekly_rotation_goes_on_and_on() -> None:
    intervals = timeline(make_schedule(), utc("2026-01-05T08:00"), utc("2026-02-02T08:00"))
    assert names(intervals) == ["Anna", "Bert", "Anna", "Bert"]
    assert starts(intervals) == ["01-05 09:00", "01-12 09:00", "01-19 09:00", "01-26 09:00"]


def test_a_daily_rotation_does_not_start_anew_each_week() -> None:
    layer = make_layer(rotation="daily")
    intervals = timeline(make_schedule(layer), utc("2026-01-05T08:00"), utc("2026-01-15T08:00"))
    assert names(intervals) == ["Anna", "Bert"] * 5


def test_nobody_is_on_call_before_the_rotation_starts() -> None:
    assert at(make_schedule(), "2026-01-05T07:59") == ""
    assert at(make_schedule(), "2026-01-05T08:00") == "Anna"


def test_midnight_and_monday_can_be_chosen() -> None:
    schedule = make_schedule(make_layer(rotation_start="2026-01-05T00:00"), zone="UTC")
    assert at(schedule, "2026-01-11T23:59") == "Anna"
    assert at(schedule, "2026-01-12T00:00") == "Bert"


@pytest.mark.parametrize(
    ("zone", "start", "end", "handovers"),
    [
        ("Europe/Berlin", "2026-03-28", "2026-03-31", ["03-28 02:30", "03-29 03:00", "03-30 02:30"]),
        ("Europe/Berlin", "2026-10-24", "2026-10-27", ["10-24 02:30", "10-25 02:30", "10-26 02:30"]),
        ("America/New_York", "2026-03-07T05:00", "2026-03-10", ["03-07 02:30", "03-08 03:00", "03-09 02:30"]),
        ("Australia/Lord_Howe", "2026-10-02T13:00", "2026-10-05", ["10-03 02:30", "10-04 02:30", "10-05 02:30"]),
    ],
)
def test_the_handover_stays_at_its_hour_when_clocks_change(
    zone: str, start: str, end: str, handovers: list[str]
) -> None:
    schedule = make_schedule(make_layer(rotation="daily", rotation_start="2026-01-01T02:30"), zone=zone)
    intervals = timeline(schedule, utc(start), utc(end))
    assert starts(intervals, zone)[1:] == handovers


def test_the_incoming_person_takes_over_at_the_first_of_two_occurrences() -> None:
    schedule = make_schedule(make_layer(rotation="daily", rotation_start="2026-10-24T02:30"))
    assert at(schedule, "2026-10-25T00:29") == "Anna"
    assert at(schedule, "2026-10-25T00:30") == "Bert"  # 02:30 for the first time
    assert at(schedule, "2026-10-25T01:10") == "Bert"  # 02:10 for the second time


def test_an_hour_that_is_skipped_is_nobodys_turn_and_the_next_person_is_on() -> None:
    layer = make_layer(rotation="hourly", rotation_start="2026-03-29T00:00", responders=(ANNA, BERT, CLEO))
    intervals = timeline(make_schedule(layer), utc("2026-03-28T23:00"), utc("2026-03-29T03:00"))
    assert names(intervals) == ["Anna", "Bert", "Anna", "Bert"]  # Cleo's 02:00 did not happen


def test_a_restriction_across_midnight_belongs_to_the_day_on_which_it_starts() -> None:
    layer = make_layer(responders=(ANNA,), restrictions=(restrict("22:00", "06:00", "friday"),))
    intervals = timeline(make_schedule(layer), utc("2026-01-09T12:00"), utc("2026-01-11T12:00"))
    assert names(intervals) == ["", "Anna", ""]
    assert starts(intervals)[1:] == ["01-09 22:00", "01-10 06:00"]


def test_a_restriction_that_ends_when_it_starts_is_a_whole_day() -> None:
    layer = make_layer(responders=(ANNA,), restrictions=(restrict("00:00", "00:00", "saturday", "sunday"),))
    intervals = timeline(make_schedule(layer), utc("2026-01-09T12:00"), utc("2026-01-12T12:00"))
    assert names(intervals) == ["", "Anna", ""]
    assert starts(intervals)[1:] == ["01-10 00:00", "01-12 00:00"]


def test_a_restriction_reaches_from_the_first_to_the_last_occurrence() -> None:
    layer = make_layer(responders=(ANNA,), restrictions=(restrict("02:15", "02:45"),))
    [_, window, _] = timeline(make_schedule(layer), utc("2026-10-24T12:00"), utc("2026-10-25T12:00"))
    assert (window.start, window.end) == (utc("2026-10-25T00:15"), utc("2026-10-25T01:45"))


def test_the_layer_with_the_lowest_number_that_has_somebody_counts() -> None:
    office = make_layer(responders=(ANNA,), restrictions=(restrict("09:00", "17:00"),))
    always = make_layer(priority=2, responders=(BERT,))
    schedule = make_schedule(office, always)
    assert at(schedule, "2026-01-06T09:00") == "Anna"
    assert at(schedule, "2026-01-06T17:00") == "Bert"


WEEK = ("2026-01-05T08:00", "2026-01-12T08:00")


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ([("replace", CLEO)], "Cleo"),
        ([("add", CLEO)], "Anna+Cleo"),
        ([("add", ANNA)], "Anna"),
        ([("remove", ANNA)], "Bert"),
        ([("remove", BERT)], "Anna"),
        ([("replace", CLEO), ("replace", BERT)], "Bert"),
        ([("replace", CLEO), ("remove", CLEO)], "Anna"),
        ([("remove", CLEO), ("replace", CLEO)], "Cleo"),
        ([("replace", CLEO), ("add", BERT), ("remove", BERT)], "Cleo"),
        ([("remove", ANNA), ("remove", BERT)], ""),
    ],
)
def test_overrides_beat_layers_and_the_latest_start_has_the_last_word(
    overrides: list[tuple[str, Responder]], expected: str
) -> None:
    layers = make_layer(responders=(ANNA,)), make_layer(priority=2, responders=(BERT,))
    given_overrides = tuple(
        make_override(kind, responder, f"2026-01-06T{hour:02}:00", WEEK[1])
        for hour, (kind, responder) in enumerate(overrides)
    )
    assert at(make_schedule(*layers, overrides=given_overrides), "2026-01-07T12:00") == expected


def test_an_override_cuts_a_shift_and_leaves_the_rest_of_it() -> None:
    override = make_override("replace", CLEO, "2026-01-07T10:00", "2026-01-07T12:00")
    intervals = timeline(make_schedule(overrides=(override,)), utc(WEEK[0]), utc(WEEK[1]))
    assert names(intervals) == ["Anna", "Cleo", "Anna"]
    assert [explain(interval.on_call[0]) for interval in intervals] == [
        "turn 1 of layer Layer 1 (priority 1), whose responder 1 of 2 is Anna",
        "an override puts Cleo on call in place of whoever the layers name",
        "turn 1 of layer Layer 1 (priority 1), whose responder 1 of 2 is Anna",
    ]


def test_a_duty_goes_on_while_others_come_and_go() -> None:
    override = make_override("add", CLEO, "2026-01-07T10:00", "2026-01-07T12:00")
    items = duties(timeline(make_schedule(overrides=(override,)), utc(WEEK[0]), utc(WEEK[1])))
    assert [(item.assignment.responder, item.start, item.end) for item in items] == [
        (ANNA, utc(WEEK[0]), utc(WEEK[1])),
        (CLEO, utc("2026-01-07T10:00"), utc("2026-01-07T12:00")),
    ]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("rotation", ["hourly", "daily", "weekly", "custom"])
def test_every_quarter_of_an_hour_of_two_years_has_one_person_in_turn(zone: str, rotation: str) -> None:
    """The turn counts up by one at each handover, and the clocks show the rotation's minute at it or have jumped."""
    layer = make_layer(
        rotation=rotation,
        shift_hours=31 if rotation == "custom" else None,
        rotation_start="2025-12-31T02:30",
        responders=(ANNA, BERT, CLEO),
    )
    schedule = make_schedule(layer, zone=zone)
    start, end = utc("2026-01-01"), utc("2028-01-01")
    intervals = timeline(schedule, start, end)
    index = 0
    instant = start
    while instant < end:
        while intervals[index].end <= instant:
            index += 1
        assert intervals[index].start <= instant < intervals[index].end
        assert len(intervals[index].on_call) == 1
        instant += QUARTER
    place = ZoneInfo(zone)
    for before, after in pairwise(intervals):
        assert before.end == after.start
        jumped = (after.start - QUARTER).astimezone(place).utcoffset() != after.start.astimezone(place).utcoffset()
        assert wall_time(after.start, place).minute == 30 or jumped


layers = st.builds(
    lambda rotation, hours, start, people, windows: make_layer(
        rotation=rotation,
        shift_hours=hours if rotation == "custom" else None,
        rotation_start=start,
        responders=tuple(people),
        restrictions=tuple(windows),
    ),
    st.sampled_from(["hourly", "daily", "weekly", "custom"]),
    st.integers(1, 400),
    st.datetimes(datetime(2025, 11, 1), datetime(2026, 2, 20)).map(lambda time: time.replace(second=0, microsecond=0)),  # noqa: DTZ001
    st.lists(st.sampled_from([ANNA, BERT, CLEO]), min_size=1, max_size=4),
    st.lists(
        st.builds(
            lambda start, end, days: restrict(start, end, *days),
            st.sampled_from(["00:00", "02:15", "09:00", "22:30"]),
            st.sampled_from(["00:00", "02:45", "06:00", "17:00"]),
            st.lists(st.sampled_from(["monday", "saturday", "sunday"]), max_size=3, unique=True),
        ),
        max_size=3,
    ),
)
instants = st.datetimes(datetime(2026, 3, 1), datetime(2026, 4, 10), timezones=st.just(UTC))  # noqa: DTZ001
overrides = st.builds(
    lambda kind, person, start, hours: make_override(
        kind, person, f"{start.replace(tzinfo=None)}", f"{(start + timedelta(hours=hours)).replace(tzinfo=None)}"
    ),
    st.sampled_from(["replace", "add", "remove"]),
    st.sampled_from([ANNA, BERT, CLEO]),
    instants,
    st.integers(1, 200),
)
schedules = st.builds(
    lambda zone, some, others: Schedule(
        ZoneInfo(zone), tuple(_numbered(layer, number) for number, layer in enumerate(some, 1)), tuple(others)
    ),
    st.sampled_from(ZONES),
    st.lists(layers, max_size=3),
    st.lists(overrides, max_size=4),
)


def _numbered(layer: Layer, priority: int) -> Layer:
    return layer.model_copy(update={"priority": priority, "name": f"Layer {priority}"})


@given(schedules, st.lists(instants, min_size=3, max_size=3, unique=True).map(sorted))
def test_a_timeline_is_the_timelines_of_its_parts_put_together(schedule: Schedule, cuts: list[datetime]) -> None:
    start, middle, end = cuts
    parts = timeline(schedule, start, middle) + timeline(schedule, middle, end)
    together: list[Interval] = []
    for part in parts:
        if together and together[-1].on_call == part.on_call:
            together[-1] = together[-1]._replace(end=part.end)
        else:
            together.append(part)
    assert timeline(schedule, start, end) == together


@given(schedules, st.lists(instants, min_size=2, max_size=2, unique=True).map(sorted))
def test_a_timeline_fills_its_range_without_gap_and_overlap(schedule: Schedule, cuts: list[datetime]) -> None:
    intervals = timeline(schedule, *cuts)
    assert [interval.start for interval in intervals] == [cuts[0], *(interval.end for interval in intervals[:-1])]
    assert intervals[-1].end == cuts[1]


@given(schedules, instants)
def test_the_latest_replacement_is_on_call_unless_taken_off_later(schedule: Schedule, instant: datetime) -> None:
    in_force = sorted(
        (override for override in schedule.overrides if override.starts_at <= instant < override.ends_at),
        key=lambda override: override.starts_at,
    )
    [interval] = timeline(schedule, instant, instant + timedelta(microseconds=1))
    if in_force and in_force[-1].kind == "replace":
        assert interval.on_call[0].cause == in_force[-1]
    if in_force and in_force[-1].kind == "remove":
        assert in_force[-1].responder.email not in interval.emails


@given(layers.filter(lambda layer: not layer.restrictions), st.sampled_from(ZONES), instants)
def test_an_unrestricted_layer_has_exactly_one_person_at_every_instant(
    layer: Layer, zone: str, instant: datetime
) -> None:
    schedule = make_schedule(layer, zone=zone)
    [interval] = timeline(schedule, instant, instant + timedelta(microseconds=1))
    assert len(interval.on_call) == 1
    assert isinstance(interval.on_call[0].cause, tuple)
    assert not isinstance(interval.on_call[0].cause, Override)
