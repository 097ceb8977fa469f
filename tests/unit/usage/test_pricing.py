"""What usage costs."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pulse.usage.pricing import Item, Price, Quantities, costs_of

GIBIBYTE = 1024**3
amounts = st.integers(0, 10**12)
quantities = st.builds(Quantities, amounts, amounts, amounts, amounts, st.integers(0, 10**18))
PRICES = {
    Item.MESSAGES: Price(Decimal("1.5"), 1_000_000),
    Item.NOTIFICATIONS: Price(Decimal("0.1"), 1000),
    Item.STORAGE: Price(Decimal("0.25"), GIBIBYTE),
}


def test_a_million_messages_cost_their_price() -> None:
    assert costs_of(Quantities(messages=1_000_000), PRICES)[Item.MESSAGES] == Decimal("1.5000")


def test_a_gibibyte_over_a_month_costs_its_price() -> None:
    assert costs_of(Quantities(stored_byte_hours=730 * GIBIBYTE), PRICES)[Item.STORAGE] == Decimal("0.2500")


def test_what_has_no_price_has_no_cost() -> None:
    assert set(costs_of(Quantities(api_calls=5), PRICES)) == set(PRICES)


@given(quantities, quantities)
def test_more_usage_never_costs_less(one: Quantities, other: Quantities) -> None:
    both = Quantities(*(a + b for a, b in zip(one, other, strict=True)))
    costs = costs_of(one, PRICES)
    assert all(cost >= costs[item] for item, cost in costs_of(both, PRICES).items())


@given(quantities, quantities)
def test_costs_add_up_to_the_cost_of_the_whole(one: Quantities, other: Quantities) -> None:
    both = costs_of(Quantities(*(a + b for a, b in zip(one, other, strict=True))), PRICES)
    apart, beside = costs_of(one, PRICES), costs_of(other, PRICES)
    for item, cost in both.items():
        assert abs(cost - apart[item] - beside[item]) <= Decimal("0.0002")
