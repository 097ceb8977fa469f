"""Why a message is refused."""

from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """Stable codes; the detail of a refusal says the rest in words."""

    INVALID_JSON = "INVALID_JSON"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    UNSUPPORTED_VERSION = "UNSUPPORTED_VERSION"
    BAD_TOPIC = "BAD_TOPIC"
    BAD_TIMESTAMP = "BAD_TIMESTAMP"
    BAD_METRICS = "BAD_METRICS"
    TOO_MANY_METRICS = "TOO_MANY_METRICS"
    TENANT_MISMATCH = "TENANT_MISMATCH"
    SITE_MISMATCH = "SITE_MISMATCH"
    UNREGISTERED_DEVICE = "UNREGISTERED_DEVICE"
    DEVICE_SUSPENDED = "DEVICE_SUSPENDED"
    DEVICE_DECOMMISSIONED = "DEVICE_DECOMMISSIONED"
    SUBSCRIPTION_SUSPENDED = "SUBSCRIPTION_SUSPENDED"
    SUBSCRIPTION_EXPIRED = "SUBSCRIPTION_EXPIRED"
    RATE_LIMITED = "RATE_LIMITED"
    UNDECODABLE = "UNDECODABLE"
    TOKEN_MISSING = "TOKEN_MISSING"  # noqa: S105 - a reason
    TOKEN_INVALID = "TOKEN_INVALID"  # noqa: S105 - a reason
    CREDENTIAL_MISMATCH = "CREDENTIAL_MISMATCH"
    CREDENTIAL_REVOKED = "CREDENTIAL_REVOKED"


class Refusal(NamedTuple):
    """A refused message's reason, and a sentence for whoever has to mend the device."""

    reason: Reason
    detail: str
