"""What tenants use, and what that may be worth."""

from decimal import Decimal
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import Field

from pulse.api.etags import IfMatch
from pulse.api.filters import End, Start
from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.api.types import Name
from pulse.errors import NotFoundError
from pulse.identity.permissions import Permission
from pulse.models import Input
from pulse.usage import prices, reports
from pulse.usage.prices import PriceList, UsagePrice
from pulse.usage.pricing import Item
from pulse.usage.reports import Step, TenantUsageReport, UsageReport

routes = Routes("Operator: usage")


class SetUsagePrice(Input):
    """What an item costs."""

    price: Decimal = Field(ge=0, max_digits=12, decimal_places=6, allow_inf_nan=False)
    per: int = Field(ge=1, le=10**15, description="For so many; of storage for so many bytes over a month of 730 hours")


@routes.get("/operator/usage", permission=Permission.OPERATOR_READ_USAGE)
def report_usage(start: Start = None, end: End = None) -> UsageReport:
    """Read what every customer has used, by default in the last 30 days, with an estimate of the cost.

    The most expensive first; at most 366 days.
    """
    return reports.report_usage(principal(), start=start, end=end, origin=origin())


@routes.get("/operator/tenants/<tenant_id>/usage", permission=Permission.OPERATOR_READ_USAGE)
def report_usage_of_tenant(
    tenant_id: Name,
    start: Start = None,
    end: End = None,
    step: Annotated[Step, Query(description="By hour at most 31 days")] = Step.DAY,
) -> TenantUsageReport:
    """Read what a tenant has used by hour or day, by default in the last 30 days."""
    return reports.report_usage_of_tenant(principal(), tenant_id, start=start, end=end, step=step, origin=origin())


@routes.get("/operator/usage/prices", permission=Permission.OPERATOR_READ_USAGE)
def list_usage_prices() -> PriceList:
    """List the prices that costs are estimated by."""
    return prices.list_prices(principal(), origin=origin())


@routes.put("/operator/usage/prices/<price_item>", permission=Permission.OPERATOR_MANAGE_USAGE)
def set_usage_price(price_item: Name, body: Annotated[SetUsagePrice, Body()], if_match: IfMatch = None) -> UsagePrice:
    """Say what an item costs; estimates of the past change with it."""
    if price_item not in set(Item):
        message = f"there is no price for {price_item}"
        raise NotFoundError(message)
    return prices.set_price(
        principal(), Item(price_item), price=body.price, per=body.per, if_match=if_match, origin=origin()
    )
