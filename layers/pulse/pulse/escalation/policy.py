"""Escalation policies as values: levels with targets, repetition, a time to answer. Pure."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from pulse.email_address import EmailAddress
from pulse.models import Input

MAX_LEVELS: Final = 10
MAX_TARGETS: Final = 20


class TargetKind(StrEnum):
    """What a level turns to."""

    CHANNEL = "channel"
    SCHEDULE = "schedule"
    EMAIL = "email"


class ChannelTarget(Input):
    """A notification channel."""

    kind: Literal[TargetKind.CHANNEL]
    channel_id: UUID


class ScheduleTarget(Input):
    """Whoever is on call in a schedule at that time."""

    kind: Literal[TargetKind.SCHEDULE]
    schedule_id: UUID


class EmailTarget(Input):
    """An e-mail address."""

    kind: Literal[TargetKind.EMAIL]
    email: EmailAddress


Target = Annotated[ChannelTarget | ScheduleTarget | EmailTarget, Field(discriminator="kind")]


class Level(Input):
    """Who is told, and how long after the level before; of the first level after the alert was opened."""

    delay_minutes: int = Field(15, ge=1, le=10_080)
    targets: tuple[Target, ...] = Field(min_length=1, max_length=MAX_TARGETS)

    @property
    def delay(self) -> timedelta:
        """How long nobody has to answer before this level is told."""
        return timedelta(minutes=self.delay_minutes)


class EscalationRules(Input):
    """What a policy does. An alert keeps those of the moment at which it was opened."""

    levels: tuple[Level, ...] = Field(min_length=1, max_length=MAX_LEVELS, description="In their order")
    repeat: int = Field(0, ge=0, le=5, description="How often to go through the levels again")
    acknowledgement_timeout_minutes: int | None = Field(
        None, ge=1, le=10_080, description="An alert acknowledged for so long and not closed opens again; never if null"
    )

    @property
    def steps(self) -> int:
        """How often somebody is told altogether."""
        return len(self.levels) * (self.repeat + 1)

    def level_of(self, step: int) -> int:
        """The level that a step (from 0) tells, counted from 1."""
        return step % len(self.levels) + 1

    def round_of(self, step: int) -> int:
        """How often the levels have been gone through with this step, counted from 1."""
        return step // len(self.levels) + 1

    def delay_before(self, step: int) -> timedelta:
        """How long to wait for an answer before a step; after the last one as long as before it."""
        return self.levels[min(step, self.steps - 1) % len(self.levels)].delay


class Plan(EscalationRules):
    """The rules that an alert has kept, and whose they were."""

    policy_id: UUID
    policy_name: str


def channels_in(levels: Sequence[Level]) -> Iterator[tuple[str, UUID]]:
    """Each channel that is a target, with the name of its field."""
    for level_index, level in enumerate(levels):
        for index, target in enumerate(level.targets):
            if isinstance(target, ChannelTarget):
                yield f"levels.{level_index}.targets.{index}.channel_id", target.channel_id


def schedules_in(levels: Sequence[Level]) -> Iterator[tuple[str, UUID]]:
    """Each schedule that is a target, with the name of its field."""
    for level_index, level in enumerate(levels):
        for index, target in enumerate(level.targets):
            if isinstance(target, ScheduleTarget):
                yield f"levels.{level_index}.targets.{index}.schedule_id", target.schedule_id
