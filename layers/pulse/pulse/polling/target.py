"""A target as a poller gets it: where it is, how it is signed in to, what it is asked, and how often. Pure."""

from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from pulse.models import Input
from pulse.polling.access import Access
from pulse.polling.questions import Questions

MIN_INTERVAL_SECONDS: Final = 30
MAX_INTERVAL_SECONDS: Final = 86_400
MAX_TIMEOUT_SECONDS: Final = 25

HOST: Final = r"^[A-Za-z0-9.:_\-]+$"
Host = Annotated[str, StringConstraints(min_length=1, max_length=253, pattern=HOST)]
"""A name or an address; IPv6 without brackets."""


class PollTarget(Input):
    """Everything about one target. Its texts hold no secret, its JSON does."""

    target_id: UUID
    version: int = Field(ge=1, description="Counts the changes that people make")
    name: str
    host: Host
    address: str | None = Field(
        None, description="Where the socket goes, if that has been decided; without it, where the host's name leads"
    )
    access: Access
    questions: Questions
    interval_seconds: int = Field(ge=MIN_INTERVAL_SECONDS, le=MAX_INTERVAL_SECONDS)
    timeout_seconds: int = Field(ge=1, le=MAX_TIMEOUT_SECONDS, description="For all questions together")

    @model_validator(mode="after")
    def _asks_in_its_way(self) -> Self:
        if self.access.kind != self.questions.kind:
            message = f"{self.questions.kind} is asked with the access of {self.access.kind}"
            raise ValueError(message)
        return self
