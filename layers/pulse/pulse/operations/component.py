"""The parts of the installation as a person sees them, and what makes each of them unwell. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from pydantic import Field

from pulse.models import Model
from pulse.operations.system_metric import MEANINGS, Sample, SystemMetric


class Component(StrEnum):
    """A part of the installation, in the order in which a message passes through."""

    BROKER = "broker"
    TELEMETRY_QUEUE = "telemetry_queue"
    INGEST = "ingest"
    DATABASE = "database"
    EVALUATION = "evaluation"
    EVENTS = "events"
    ESCALATION = "escalation"
    DISPATCH = "dispatch"
    DELIVERY = "delivery"
    REALTIME = "realtime"
    API = "api"
    IDENTITY = "identity"


class HealthLevel(StrEnum):
    """How a component does; UNKNOWN when nothing was measured lately."""

    HEALTHY = "HEALTHY"
    DEGRADED = "DEGRADED"
    DOWN = "DOWN"
    UNKNOWN = "UNKNOWN"


class Check(NamedTuple):
    """Above `degraded` or `down` (None: it does not come to that) a component is unwell.

    `always` says that there is a value each minute, so that having none is a reason in itself.
    """

    metric: SystemMetric
    degraded: float
    down: float | None
    subject: str = ""
    always: bool = False


class Part(NamedTuple):
    """What is looked at of a component: `latency` is in seconds, `flow` is anything's number in a time."""

    title: str
    checks: tuple[Check, ...]
    latency: tuple[SystemMetric, str] | None = None
    flow: tuple[SystemMetric, str] | None = None


class Figure(Model):
    """A number with what it is."""

    metric: SystemMetric
    subject: str = Field(description="Which queue or function; empty where there is only one")
    value: float
    unit: str


class ComponentHealth(Model):
    """How a component does, and why."""

    component: Component
    title: str
    health: HealthLevel
    reasons: list[str] = Field(description="What is wrong; empty when nothing is")
    latency_seconds: float | None = Field(description="How long a step takes there; null when nothing is known")
    flow: Figure | None = Field(description="How much goes through")
    measured_at: datetime | None = Field(description="The oldest of the values that this rests on")


_M: Final = SystemMetric
_MINUTE: Final = 60.0


def _function(name: str) -> tuple[Check, ...]:
    return (Check(_M.FUNCTION_ERROR_RATIO, 0.05, 0.5, name),)


def _queue(name: str, *, most: float = 10_000) -> tuple[Check, ...]:
    return (
        Check(_M.QUEUE_MESSAGES, most, None, name, always=True),
        Check(_M.QUEUE_OLDEST_MESSAGE_AGE, 2 * _MINUTE, 15 * _MINUTE, name),
    )


def _no_dead_letters(name: str) -> tuple[Check, ...]:
    return (Check(_M.QUEUE_MESSAGES, 0, None, name, always=True),)


PARTS: Final[dict[Component, Part]] = {
    Component.BROKER: Part(
        "Broker",
        (*_no_dead_letters("telemetry_error"), *_no_dead_letters("connection_dead_letter")),
        flow=(_M.INGEST_RATE, ""),
    ),
    Component.TELEMETRY_QUEUE: Part(
        "Telemetry queue",
        (
            *_queue("telemetry"),
            # The queue is where a message waits; of the age of those that still do not every cloud tells.
            Check(_M.INGEST_LATENCY, 2 * _MINUTE, 15 * _MINUTE),
            *_no_dead_letters("telemetry_dead_letter"),
        ),
        flow=(_M.QUEUE_MESSAGES, "telemetry"),
    ),
    Component.INGEST: Part(
        "Ingest",
        (*_function("ingest_telemetry"), Check(_M.INGEST_LATENCY, 30, 5 * _MINUTE)),
        latency=(_M.INGEST_LATENCY, ""),
        flow=(_M.INGEST_RATE, ""),
    ),
    Component.DATABASE: Part(
        "Database",
        (
            Check(_M.DATABASE_CONNECTIONS_RATIO, 0.7, 0.9, always=True),
            Check(_M.DATABASE_LATENCY, 1, 10, always=True),
            Check(_M.DATABASE_SLOW_STATEMENTS, 10, None, always=True),
        ),
        latency=(_M.DATABASE_LATENCY, ""),
        flow=(_M.DATABASE_CONNECTIONS, ""),
    ),
    Component.EVALUATION: Part(
        "Evaluation",
        (*_function("evaluate_fleet"), Check(_M.SWEEP_DURATION, 45, None, "evaluate_fleet")),
        latency=(_M.FUNCTION_DURATION, "evaluate_fleet"),
        flow=(_M.ALERTS_OPENED, ""),
    ),
    Component.EVENTS: Part(
        "Events",
        (*_function("relay_outbox"), Check(_M.OUTBOX_OLDEST_AGE, 2 * _MINUTE, 15 * _MINUTE, always=True)),
        latency=(_M.OUTBOX_OLDEST_AGE, ""),
        flow=(_M.OUTBOX_EVENTS, ""),
    ),
    Component.ESCALATION: Part(
        "Escalation",
        (
            *_function("start_escalation"),
            *_function("escalate_alert"),
            *_function("sweep_escalations"),
            *_queue("escalation"),
            *_no_dead_letters("escalation_dead_letter"),
        ),
        latency=(_M.FUNCTION_DURATION, "escalate_alert"),
        flow=(_M.FUNCTION_INVOCATIONS, "escalate_alert"),
    ),
    Component.DISPATCH: Part(
        "Dispatch",
        (*_function("dispatch_notifications"), *_queue("notify"), *_no_dead_letters("notify_dead_letter")),
        latency=(_M.FUNCTION_DURATION, "dispatch_notifications"),
        flow=(_M.FUNCTION_INVOCATIONS, "dispatch_notifications"),
    ),
    Component.DELIVERY: Part(
        "Delivery",
        (
            *_function("deliver_notification"),
            # However fast they are tried: people are not told. Receivers are the customers', so that it is not down.
            Check(_M.NOTIFICATIONS_FAILED_RATIO, 0.5, None),
            Check(_M.NOTIFICATIONS_OVERDUE, 5 * _MINUTE, 30 * _MINUTE, always=True),
            *_queue("delivery"),
            *_no_dead_letters("delivery_dead_letter"),
        ),
        latency=(_M.FUNCTION_DURATION, "deliver_notification"),
        flow=(_M.NOTIFICATIONS, "SENT"),
    ),
    Component.REALTIME: Part(
        "Live updates",
        (*_function("broadcast_events"), *_function("realtime"), *_queue("realtime")),
        latency=(_M.FUNCTION_DURATION, "broadcast_events"),
        flow=(_M.WEBSOCKET_CONNECTIONS, ""),
    ),
    Component.API: Part(
        "API",
        (*_function("customer_api"), *_function("operator_api"), Check(_M.FUNCTION_DURATION, 2, 15, "customer_api")),
        latency=(_M.FUNCTION_DURATION, "customer_api"),
        flow=(_M.FUNCTION_INVOCATIONS, "customer_api"),
    ),
    Component.IDENTITY: Part(
        "Identity",
        (*_function("authorize_request"), *_function("add_token_claims")),
        latency=(_M.FUNCTION_DURATION, "authorize_request"),
        flow=(_M.FUNCTION_INVOCATIONS, "authorize_request"),
    ),
}

PATHS: Final = (
    (Component.BROKER, Component.TELEMETRY_QUEUE),
    (Component.TELEMETRY_QUEUE, Component.INGEST),
    (Component.INGEST, Component.DATABASE),
    (Component.DATABASE, Component.EVALUATION),
    (Component.EVALUATION, Component.EVENTS),
    (Component.EVENTS, Component.DISPATCH),
    (Component.EVENTS, Component.ESCALATION),
    (Component.EVENTS, Component.REALTIME),
    (Component.ESCALATION, Component.DISPATCH),
    (Component.DISPATCH, Component.DELIVERY),
    (Component.IDENTITY, Component.API),
    (Component.API, Component.DATABASE),
)
"""From where to where things go: devices come in at the broker, people are told by the delivery."""

_ORDER: Final = [HealthLevel.HEALTHY, HealthLevel.UNKNOWN, HealthLevel.DEGRADED, HealthLevel.DOWN]


def worst(healths: Iterable[HealthLevel]) -> HealthLevel:
    """The worst of several; HEALTHY of none."""
    return max(healths, key=_ORDER.index, default=HealthLevel.HEALTHY)


def judge(samples: Sequence[Sample], now: datetime, *, still_true: timedelta) -> list[ComponentHealth]:
    """How every component does at `now`, by the newest values; those older than `still_true` say nothing."""
    known = {(sample.metric, sample.subject): sample for sample in samples if sample.time > now - still_true}
    return [_judge(component, part, known) for component, part in PARTS.items()]


def _judge(component: Component, part: Part, known: dict[tuple[SystemMetric, str], Sample]) -> ComponentHealth:
    reasons: list[str] = []
    healths: list[HealthLevel] = []
    used: list[Sample] = []
    for check in part.checks:
        sample = known.get((check.metric, check.subject))
        if sample is None:
            if check.always:
                healths.append(HealthLevel.UNKNOWN)
                reasons.append(f"{_name(check)} was not measured lately")
            continue
        used.append(sample)
        if (health := _health(check, sample.value)) is not HealthLevel.HEALTHY:
            healths.append(health)
            reasons.append(_reason(check, sample.value, health))
    flow = known.get(part.flow) if part.flow else None
    if not used and not reasons and flow is None:
        healths.append(HealthLevel.UNKNOWN)
        reasons.append("nothing was measured lately")
    latency = known.get(part.latency) if part.latency else None
    return ComponentHealth(
        component=component,
        title=part.title,
        health=worst(healths),
        reasons=reasons,
        latency_seconds=latency.value if latency else None,
        flow=_figure(flow),
        measured_at=min((sample.time for sample in (*used, *([flow] if flow else []))), default=None),
    )


def _health(check: Check, value: float) -> HealthLevel:
    if check.down is not None and value > check.down:
        return HealthLevel.DOWN
    return HealthLevel.DEGRADED if value > check.degraded else HealthLevel.HEALTHY


def _reason(check: Check, value: float, health: HealthLevel) -> str:
    bound = check.down if health is HealthLevel.DOWN and check.down is not None else check.degraded
    unit = MEANINGS[check.metric].unit
    return f"{_name(check)} is {_amount(value, unit)}, more than {_amount(bound, unit)}"


def _amount(value: float, unit: str) -> str:
    """A value with its unit, as people say it."""
    if unit == "ratio":
        return f"{100 * value:.4g} %"
    return f"{value:.4g} {unit.removesuffix('s') if value == 1 else unit}"


def _name(check: Check) -> str:
    words = check.metric.value.removesuffix("_seconds").replace("_", " ")
    return f"{words} of {check.subject}" if check.subject else words


def _figure(sample: Sample | None) -> Figure | None:
    if sample is None:
        return None
    return Figure(metric=sample.metric, subject=sample.subject, value=sample.value, unit=MEANINGS[sample.metric].unit)
