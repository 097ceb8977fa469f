"""Quotas on their way to a client: the RateLimit fields (draft-ietf-httpapi-ratelimit-headers-10)."""

from collections.abc import Sequence
from math import ceil

from pulse.limits.admission import Quota


def quota_headers(quotas: Sequence[Quota]) -> dict[str, str]:
    """`RateLimit-Policy` says what is allowed (`q` requests in `w` seconds), `RateLimit` what is left of it.

    Nothing when nothing was counted.
    """
    if not quotas:
        return {}
    policies = (f'"{_name(quota, quotas)}";q={quota.rate.count};w={quota.rate.seconds}' for quota in quotas)
    states = (f'"{_name(quota, quotas)}";r={quota.remaining};t={_seconds(quota)}' for quota in quotas)
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(states)}


def _name(quota: Quota, quotas: Sequence[Quota]) -> str:
    """The limit's name, with its seconds when it has several rates."""
    alone = sum(other.limit is quota.limit for other in quotas) == 1
    return quota.limit.value if alone else f"{quota.limit.value}_{quota.rate.seconds}s"


def _seconds(quota: Quota) -> int:
    """Whole seconds until the window turns, rounded up: a client that waits for them does not come too early."""
    return ceil(quota.resets_in.total_seconds())
