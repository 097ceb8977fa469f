"""The table of prices that usage is estimated by."""

from decimal import Decimal

from pydantic import Field

from pulse.database import Connection
from pulse.errors import NotFoundError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.models import Model
from pulse.operations.audit import audited_operator_session, record_change
from pulse.usage.pricing import Item
from pulse.versions import Versioned, require_match


class UsagePrice(Versioned):
    """What an item costs."""

    item: Item
    price: Decimal
    per: int = Field(description="For so many; of storage for so many bytes over a month of 730 hours")
    currency: str = Field(description="The same for all items")


class PriceList(Model):
    """All prices."""

    items: list[UsagePrice]


def list_prices(actor: Principal, *, origin: Origin) -> PriceList:
    """The table as it is. Raises NotPermittedError."""
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_USAGE, action="usage.list_prices", origin=origin
    ) as connection:
        return PriceList(items=read_prices(connection))


def set_price(
    actor: Principal, item: Item, *, price: Decimal, per: int, if_match: int | None, origin: Origin
) -> UsagePrice:
    """Say what an item costs; it counts for the past as well, as every estimate is made anew.

    Raises NotPermittedError, StaleVersionError.
    """
    with audited_operator_session(
        actor,
        Permission.OPERATOR_MANAGE_USAGE,
        action="usage.set_price",
        origin=origin,
        subject=item.value,
        write=True,
    ) as connection:
        before = _one(connection, item)
        require_match(if_match, before.version)
        connection.execute(
            """
            UPDATE usage_prices
            SET price = %(price)s, per = %(per)s, version = version + 1
            WHERE item = %(item)s
            """,
            {"item": item, "price": price, "per": per},
        )
        after = _one(connection, item)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="usage_price.change",
            subject=item.value,
            before=before.model_dump(mode="json"),
            after=after.model_dump(mode="json"),
        )
        return after


def read_prices(connection: Connection) -> list[UsagePrice]:
    """All prices, by item."""
    rows = connection.execute("SELECT item, price, per, currency, version FROM usage_prices ORDER BY item")
    return [UsagePrice.model_validate(row) for row in rows]


def _one(connection: Connection, item: Item) -> UsagePrice:
    row = connection.execute(
        "SELECT item, price, per, currency, version FROM usage_prices WHERE item = %(item)s FOR UPDATE", {"item": item}
    ).fetchone()
    if row is None:
        message = f"there is no price for {item.value}"
        raise NotFoundError(message)
    return UsagePrice.model_validate(row)
