"""The limits that hold for everybody, as operators read and set them; exceptions belong to tenants."""

from pydantic import Field

from pulse.database import Connection
from pulse.errors import NotFoundError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.limits.definitions import LimitName
from pulse.limits.rates import Rate, format_rates
from pulse.operations.audit import audited_operator_session, record_change
from pulse.versions import Versioned, require_match


class DefaultLimit(Versioned):
    """A limit as it holds for every tenant without an exception."""

    name: LimitName
    description: str
    default_rates: str = Field(description="As `requests:seconds,requests:seconds`, all of which hold")
    exceptions: int = Field(description="Tenants that have rates of their own")


def list_defaults(connection: Connection) -> list[DefaultLimit]:
    """All limits by name, in an operator's session."""
    rows = connection.execute(
        """
        SELECT name, description, default_rates, version,
               (SELECT count(*) FROM tenant_limits WHERE tenant_limits.name = limits.name) AS exceptions
        FROM limits
        WHERE name = ANY(%(names)s)
        ORDER BY name
        """,
        {"names": list(LimitName)},
    )
    return [DefaultLimit.model_validate(row) for row in rows]


def set_default(
    actor: Principal, name: LimitName, rates: tuple[Rate, ...], *, if_match: int | None, origin: Origin
) -> DefaultLimit:
    """Say what holds for everybody without an exception, everywhere within 30 s.

    Raises NotPermittedError, NotFoundError, StaleVersionError.
    """
    with audited_operator_session(
        actor,
        Permission.OPERATOR_MANAGE_SETTINGS,
        action="settings.set_limit",
        origin=origin,
        subject=name.value,
        write=True,
    ) as connection:
        # Locked by a change that changes nothing, as the role may write these columns alone.
        connection.execute("UPDATE limits SET version = version WHERE name = %(name)s", {"name": name})
        before = _one(connection, name)
        require_match(if_match, before.version)
        connection.execute(
            "UPDATE limits SET default_rates = %(rates)s, version = version + 1 WHERE name = %(name)s",
            {"name": name, "rates": format_rates(rates)},
        )
        after = _one(connection, name)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="limit.change",
            subject=name.value,
            before=before.model_dump(mode="json"),
            after=after.model_dump(mode="json"),
        )
        return after


def _one(connection: Connection, name: LimitName) -> DefaultLimit:
    for limit in list_defaults(connection):
        if limit.name is name:
            return limit
    message = f"there is no limit {name.value}"
    raise NotFoundError(message)
