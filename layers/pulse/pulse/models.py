"""What every model is made from: the JSON that comes in, goes out, or is kept.

A model's validator is built when it is first used, and not when its module is imported: the API knows hundreds, and a
request needs those of one route.
"""

from typing import Final

from pydantic import BaseModel, ConfigDict

WHEN_USED: Final = ConfigDict(defer_build=True)
"""Also for a TypeAdapter of something that is no model."""


class Model(BaseModel):
    """Something with named, typed fields."""

    model_config = WHEN_USED


class Input(Model):
    """Something that a person or program sends: what it does not know it refuses, and it stays as it was sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)
