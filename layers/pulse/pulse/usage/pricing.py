"""What usage costs, by a table of prices. Pure."""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Final, NamedTuple

_HOURS_OF_MONTH: Final = 730
_CENT: Final = Decimal("0.0001")


class Item(StrEnum):
    """What has a price."""

    MESSAGES = "messages"
    READINGS = "readings"
    NOTIFICATIONS = "notifications"
    API_CALLS = "api_calls"
    STORAGE = "storage"


class Price(NamedTuple):
    """So much for so many; of storage for so many bytes over a month of 730 hours."""

    price: Decimal
    per: int


class Quantities(NamedTuple):
    """What was used in a time; `stored_byte_hours` is what was stored, summed over its hours."""

    messages: int = 0
    readings: int = 0
    notifications: int = 0
    api_calls: int = 0
    stored_byte_hours: int = 0


def costs_of(used: Quantities, prices: Mapping[Item, Price]) -> dict[Item, Decimal]:
    """The cost of each item that has a price, to a hundredth of a cent."""
    amounts = {
        Item.MESSAGES: Decimal(used.messages),
        Item.READINGS: Decimal(used.readings),
        Item.NOTIFICATIONS: Decimal(used.notifications),
        Item.API_CALLS: Decimal(used.api_calls),
        Item.STORAGE: Decimal(used.stored_byte_hours) / _HOURS_OF_MONTH,
    }
    return {
        item: (amounts[item] * price.price / price.per).quantize(_CENT, ROUND_HALF_EVEN)
        for item, price in prices.items()
    }
