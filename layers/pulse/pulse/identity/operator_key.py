"""Keys of the operator plane, for programs and wall screens: `pulseop_<key id>_<secret>`, and what they may do. Pure.

A key has one scope and reads alone. What an operator may do beyond that needs a person (docs/decisions/0031).
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import Field

from pulse.identity.permissions import Permission, Role
from pulse.identity.principal import Principal
from pulse.models import Model

OPERATOR_PREFIX: Final = "pulseop_"


class OperatorScope(StrEnum):
    """What a key opens: `metrics` the OpenMetrics text, `noc` the feeds of the operations centre."""

    METRICS = "metrics"
    NOC = "noc"


PERMISSION_OF: Final = {
    OperatorScope.METRICS: Permission.OPERATOR_READ_METRICS,
    OperatorScope.NOC: Permission.OPERATOR_READ_NOC,
}


class OperatorKey(Model):
    """A program's or a screen's way in. The secret is shown once, when it is made."""

    key_id: str = Field(description="First part of the key after `pulseop_`; names it in logs")
    name: str
    scope: OperatorScope
    created_at: datetime
    created_by: str
    expires_at: datetime
    last_used_at: datetime | None = Field(description="To the minute; null before the first call")
    last_used_ip: str | None
    revoked_at: datetime | None


class NewOperatorKey(OperatorKey):
    """A key with its secret, which is not shown again."""

    key: str = Field(
        description="To be sent as `Authorization: Bearer …`, or for a screen to stand behind the `#` of its address"
    )


def principal_of(key_id: str, name: str, scope: OperatorScope) -> Principal:
    """Whom a key speaks for: an operator who may do one thing."""
    return Principal(
        user_id=f"key:{key_id}",
        email=name,
        roles=frozenset({Role.OPERATOR}),
        tenant_id=None,
        scopes=frozenset({PERMISSION_OF[scope]}),
    )
