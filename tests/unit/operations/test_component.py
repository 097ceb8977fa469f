"""What makes a component unwell, and who is told of it."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from pulse.alerts.severity import Severity
from pulse.notifications.platform_figures import share_failed
from pulse.operations.component import PARTS, PATHS, Component, ComponentHealth, HealthLevel, judge, worst
from pulse.operations.health_alerts import changes_of_health
from pulse.operations.metric_store import STILL_TRUE
from pulse.operations.system_metric import MEANINGS, Sample, SystemMetric
from tests.builders import NOON

MINUTE = timedelta(minutes=1)


def all_well() -> dict[tuple[SystemMetric, str], float]:
    """A value for everything that is looked at, nothing of which is too much."""
    return {(check.metric, check.subject): 0.0 for part in PARTS.values() for check in part.checks}


def judged(
    changes: Mapping[tuple[SystemMetric, str], float | None] | None = None, *, age: timedelta = MINUTE
) -> dict[Component, ComponentHealth]:
    values: dict[tuple[SystemMetric, str], float | None] = {**all_well(), **(changes or {})}
    samples = [
        Sample(NOON - age, metric, subject, value) for (metric, subject), value in values.items() if value is not None
    ]
    return {health.component: health for health in judge(samples, NOON, still_true=STILL_TRUE)}


def test_everything_is_well_while_nothing_is_too_much() -> None:
    healths = judged()
    assert set(healths) == set(Component)
    assert {health.health for health in healths.values()} == {HealthLevel.HEALTHY}
    assert not any(health.reasons for health in healths.values())


@pytest.mark.parametrize(
    ("ratio", "health"),
    [(0.7, HealthLevel.HEALTHY), (0.71, HealthLevel.DEGRADED), (0.9, HealthLevel.DEGRADED), (0.91, HealthLevel.DOWN)],
)
def test_the_database_is_judged_by_its_connections(ratio: float, health: HealthLevel) -> None:
    database = judged({(SystemMetric.DATABASE_CONNECTIONS_RATIO, ""): ratio})[Component.DATABASE]
    assert database.health is health
    assert bool(database.reasons) == (health is not HealthLevel.HEALTHY)


def test_a_reason_names_what_is_too_much_and_the_bound() -> None:
    ingest = judged({(SystemMetric.FUNCTION_ERROR_RATIO, "ingest_telemetry"): 0.25})[Component.INGEST]
    assert ingest.reasons == ["function error ratio of ingest_telemetry is 25 %, more than 5 %"]


@pytest.mark.parametrize(
    ("seconds", "health"),
    [(120, HealthLevel.HEALTHY), (121, HealthLevel.DEGRADED), (900, HealthLevel.DEGRADED), (901, HealthLevel.DOWN)],
)
def test_the_telemetry_queue_is_unwell_while_messages_wait_in_it(seconds: float, health: HealthLevel) -> None:
    queue = judged({(SystemMetric.INGEST_LATENCY, ""): seconds})[Component.TELEMETRY_QUEUE]
    assert queue.health is health


@pytest.mark.parametrize(
    ("ratio", "health"), [(None, HealthLevel.HEALTHY), (0.5, HealthLevel.HEALTHY), (0.51, HealthLevel.DEGRADED)]
)
def test_the_delivery_is_unwell_while_most_attempts_fail(ratio: float | None, health: HealthLevel) -> None:
    delivery = judged({(SystemMetric.NOTIFICATIONS_FAILED_RATIO, ""): ratio})[Component.DELIVERY]
    assert delivery.health is health


@pytest.mark.parametrize(
    ("sent", "temporary", "permanent", "share"),
    [(0, 0, 0, None), (0, 4, 0, None), (5, 0, 0, 0.0), (2, 2, 1, 0.6), (0, 0, 7, 1.0)],
)
def test_the_share_of_failed_attempts_is_of_enough_of_them(
    sent: int, temporary: int, permanent: int, share: float | None
) -> None:
    attempts = {"SENT": sent, "TEMPORARY": temporary, "PERMANENT": permanent}
    assert share_failed(attempts) == (None if share is None else pytest.approx(share))


def test_one_dead_letter_is_enough() -> None:
    dead = (SystemMetric.QUEUE_MESSAGES, "delivery_dead_letter")
    assert judged({dead: 1.0})[Component.DELIVERY].health is HealthLevel.DEGRADED


def test_what_is_measured_each_minute_and_is_not_there_makes_a_component_unknown() -> None:
    database = judged({(SystemMetric.DATABASE_LATENCY, ""): None})[Component.DATABASE]
    assert database.health is HealthLevel.UNKNOWN
    assert database.reasons == ["database latency was not measured lately"]


def test_a_function_that_did_not_run_is_no_reason() -> None:
    changes: dict[tuple[SystemMetric, str], float | None] = {
        (SystemMetric.FUNCTION_ERROR_RATIO, "deliver_notification"): None
    }
    assert judged(changes)[Component.DELIVERY].health is HealthLevel.HEALTHY


def test_a_component_that_nobody_calls_is_well() -> None:
    flow = Sample(NOON, SystemMetric.FUNCTION_INVOCATIONS, "authorize_request", 0.0)
    healths = {health.component: health.health for health in judge([flow], NOON, still_true=STILL_TRUE)}
    assert healths[Component.IDENTITY] is HealthLevel.HEALTHY
    assert healths[Component.API] is HealthLevel.UNKNOWN


def test_old_values_say_nothing() -> None:
    healths = judged(age=STILL_TRUE)
    assert {health.health for health in healths.values()} == {HealthLevel.UNKNOWN}


def test_the_worst_of_several_counts() -> None:
    assert worst([HealthLevel.HEALTHY, HealthLevel.DOWN, HealthLevel.UNKNOWN, HealthLevel.DEGRADED]) is HealthLevel.DOWN
    assert worst([HealthLevel.HEALTHY, HealthLevel.UNKNOWN]) is HealthLevel.UNKNOWN
    assert worst([]) is HealthLevel.HEALTHY


def test_every_metric_has_a_meaning_and_every_path_leads_somewhere() -> None:
    assert set(MEANINGS) == set(SystemMetric)
    assert {component for path in PATHS for component in path} == set(Component)


DOWN = {(SystemMetric.DATABASE_CONNECTIONS_RATIO, ""): 0.95}
DEGRADED = {(SystemMetric.DATABASE_CONNECTIONS_RATIO, ""): 0.8}


def test_one_bad_minute_calls_nobody_and_a_second_one_does() -> None:
    well, down = list(judged().values()), list(judged(DOWN).values())
    assert changes_of_health(well, down, NOON).openings == []
    [opening] = changes_of_health(down, down, NOON).openings
    assert (opening.tenant_id, opening.type, opening.severity) == ("platform", "SYSTEM_HEALTH", Severity.CRITICAL)
    assert opening.summary.startswith("Database is down: database connections ratio is 95 %")


def test_a_degraded_component_is_less_urgent_than_one_that_is_down() -> None:
    degraded = list(judged(DEGRADED).values())
    [opening] = changes_of_health(degraded, degraded, NOON).openings
    assert opening.severity is Severity.HIGH


def test_who_is_well_again_is_closed_and_what_is_not_known_is_left_as_it_is() -> None:
    well, down = list(judged().values()), list(judged(DOWN).values())
    assert "SYSTEM_HEALTH:database" in {closing.fingerprint for closing in changes_of_health(down, well, NOON).closings}
    unknown = list(judged({(SystemMetric.DATABASE_LATENCY, ""): None}).values())
    changes = changes_of_health(down, unknown, NOON)
    assert changes.openings == []
    assert "SYSTEM_HEALTH:database" not in {closing.fingerprint for closing in changes.closings}
