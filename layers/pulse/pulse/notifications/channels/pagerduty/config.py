"""Which PagerDuty service is told."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from pulse.input_errors import in_words
from pulse.notifications.channels.kind import ChannelConfig, secret


class Region(StrEnum):
    """Where the PagerDuty account is."""

    US = "us"
    EU = "eu"


IntegrationKey = Annotated[
    str, StringConstraints(pattern=in_words(r"^[A-Za-z0-9]{32}$", "must be 32 letters and digits"))
]


class PagerDutyConfig(ChannelConfig):
    """An integration of the type "Events API v2"."""

    integration_key: IntegrationKey = secret("32 letters and digits, from the service's integrations")
    region: Region = Field(Region.US, description="Where the account is")
