"""May one more request of a user be served? Asked for each of them, before anything else is done for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg

from pulse import clock
from pulse.database import Connection
from pulse.errors import ConflictError, TooManyRequestsError
from pulse.identity.principal import Principal
from pulse.limits.counters import count_request, discount_request
from pulse.limits.definitions import Limit, LimitName, limits_of
from pulse.limits.rates import Rate, retry_after, room, window_at
from pulse.logging import logger
from pulse.metrics import count
from pulse.transient import TransientUnavailableError


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of a rate: `remaining` requests until the window turns in `resets_in`."""

    limit: LimitName
    rate: Rate
    remaining: int
    resets_in: timedelta


class RateExceededError(TooManyRequestsError):
    """A user, or a tenant's users together, have asked for more than they may."""

    def __init__(self, message: str, *, retry_after_seconds: int, quotas: tuple[Quota, ...]) -> None:
        super().__init__(message, retry_after_seconds=retry_after_seconds)
        self.quotas = quotas


def admit_request(caller: Principal) -> tuple[Quota, ...]:
    """Count a request of the caller's; return what is left.

    Nothing is returned and everybody is let in while the limits can't be read or counted: they protect the service,
    and must not be what takes it away. Raises RateExceededError.
    """
    return _take_all(lambda: _limits_on(caller), clock.now())


def admit_use(caller: Principal, names: tuple[LimitName, ...], now: datetime) -> tuple[Quota, ...]:
    """Count a request once more, on limits of what it asks for; otherwise as `admit_request`."""
    return _take_all(lambda: _limits_on_use(caller, names), now)


def take_back_use(caller: Principal, names: tuple[LimitName, ...], now: datetime) -> None:
    """Undo what `admit_use` has counted at that time: the caller got nothing for it."""
    _for_each_rate(
        lambda: _limits_on_use(caller, names),
        lambda limit, rate, subject: discount_request(limit.name, rate, subject, now),
    )


def admit_address(address: str | None, names: tuple[LimitName, ...]) -> tuple[Quota, ...]:
    """Count a request of somebody who need not say who they are, on their address; otherwise as `admit_request`."""
    return _take_all(lambda: _limits_on_address(address, names), clock.now())


def admit_amount(connection: Connection, tenant_id: str, name: LimitName, amount: int) -> None:
    """Count so much at once on a tenant, inside a transaction of the tenant's; otherwise as `admit_request`.

    Raises ConflictError for more than the limit ever allows at once, RateExceededError.
    """
    try:
        limit = limits_of(tenant_id, connection).get(name)
        if limit is None:
            return
        for rate in limit.rates:
            if amount > rate.count:
                message = f"{limit.error}: {rate.count} in {rate.seconds} s are allowed, and this would be {amount}"
                raise ConflictError(message)
            _take(limit, rate, tenant_id, clock.now(), (), amount=amount)
    except TransientUnavailableError:
        return


def _take_all(limits: Callable[[], Iterator[tuple[Limit, str]]], now: datetime) -> tuple[Quota, ...]:
    quotas: list[Quota] = []

    def take(limit: Limit, rate: Rate, subject: str) -> None:
        quotas.append(_take(limit, rate, subject, now, tuple(quotas)))

    return tuple(quotas) if _for_each_rate(limits, take) else ()


def _for_each_rate(limits: Callable[[], Iterator[tuple[Limit, str]]], act: Callable[[Limit, Rate, str], None]) -> bool:
    """Whether it could be done for all of them."""
    try:
        for limit, subject in limits():
            for rate in limit.rates:
                act(limit, rate, subject)
    except TransientUnavailableError:
        return False
    except psycopg.Error:
        logger.exception("limits_unreadable")
        count("LimitsUnreadable")
        return False
    return True


def _limits_on(caller: Principal) -> Iterator[tuple[Limit, str]]:
    limits = limits_of(caller.tenant_id)
    if LimitName.API_USER in limits:
        yield limits[LimitName.API_USER], _account(caller)
    if caller.tenant_id is not None and LimitName.API_TENANT in limits:
        yield limits[LimitName.API_TENANT], caller.tenant_id


def _limits_on_use(caller: Principal, names: tuple[LimitName, ...]) -> Iterator[tuple[Limit, str]]:
    limits = limits_of(caller.tenant_id) if names else {}
    for name in names:
        if name in limits:
            yield limits[name], _account(caller)


def _account(caller: Principal) -> str:
    return f"{caller.tenant_id or ''}#{caller.user_id}"


def _limits_on_address(address: str | None, names: tuple[LimitName, ...]) -> Iterator[tuple[Limit, str]]:
    known = limits_of(None) if names else {}
    for name in names:
        if name in known:
            yield known[name], f"address#{address or ''}"


def _take(
    limit: Limit, rate: Rate, subject: str, now: datetime, before: tuple[Quota, ...], *, amount: int = 1
) -> Quota:
    counted = count_request(limit.name, rate, subject, now, amount=amount)
    left = room(rate, previous=counted.previous, now=now) - counted.current
    quota = Quota(limit.name, rate, max(0, left), window_at(rate, now).ends_in)
    if counted.admitted:
        return quota
    seconds = retry_after(rate, previous=counted.previous, current=counted.current, now=now, amount=amount)
    logger.warning("rate_exceeded", limit=limit.name.value, retry_after_seconds=seconds)
    message = f"{limit.error}: {rate.count} requests in {rate.seconds} s are allowed; try again in {seconds} s"
    raise RateExceededError(message, retry_after_seconds=seconds, quotas=(*before, quota))
