"""Statistics of a sliding window, kept in buckets: as exact as the window needs, bounded however much is sent. Pure.

A window slides in sixtieths of its length: a value counts for the whole of its bucket, so that the window reaches
back between fifty-nine and sixty sixtieths.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import sqrt
from typing import Final, NamedTuple

STEPS: Final = 60
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

type History = tuple[Bucket, ...]
"""Buckets in the order of time, those that hold something."""


class Bucket(NamedTuple):
    """Values of one step, or of several merged. `squares` is the sum of squared distances from the mean."""

    step: int
    size: int
    mean: float
    squares: float
    minimum: float
    maximum: float

    @property
    def total(self) -> float:
        """The sum of the values."""
        return self.mean * self.size

    @property
    def standard_deviation(self) -> float:
        """Of a sample; 0 for fewer than two values."""
        return sqrt(self.squares / (self.size - 1)) if self.size > 1 else 0.0


def step_of(time: datetime, window: timedelta) -> int:
    """The number of the step that a time lies in."""
    return (time - _EPOCH) // (window / STEPS)


def add(history: History, step: int, value: float) -> History:
    """The history with one more value, whenever it comes; what has left the window by the newest step is dropped."""
    one = Bucket(step, 1, value, 0.0, value, value)
    if not history or history[-1].step < step:
        buckets = (*history, one)
    elif history[-1].step == step:
        buckets = (*history[:-1], _merge(history[-1], one))
    else:
        same = [bucket for bucket in history if bucket.step == step]
        others = [bucket for bucket in history if bucket.step != step]
        buckets = tuple(sorted([*others, _merge(same[0], one) if same else one]))
    oldest = buckets[-1].step - STEPS
    return buckets if buckets[0].step > oldest else tuple(bucket for bucket in buckets if bucket.step > oldest)


def window_until(history: History, step: int) -> Bucket | None:
    """Everything in the window that ends with a step, merged; None when nothing is."""
    return _merge_all(bucket for bucket in history if step - STEPS < bucket.step <= step)


def _merge_all(buckets: Iterable[Bucket]) -> Bucket | None:
    merged: Bucket | None = None
    for bucket in buckets:
        merged = bucket if merged is None else _merge(merged, bucket)
    return merged


def _merge(one: Bucket, other: Bucket) -> Bucket:
    """Chan's way, which stays exact where a sum of squares loses its digits."""
    size = one.size + other.size
    distance = other.mean - one.mean
    return Bucket(
        max(one.step, other.step),
        size,
        one.mean + distance * other.size / size,
        one.squares + other.squares + distance * distance * one.size * other.size / size,
        min(one.minimum, other.minimum),
        max(one.maximum, other.maximum),
    )
