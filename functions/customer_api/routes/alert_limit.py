"""How many alerts may open for the caller's tenant."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse.alerts.noise import limit as alert_limit
from pulse.alerts.noise.limit import MOST_PER_HOUR, AlertLimit
from pulse.api.etags import IfMatch
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.identity.permissions import Permission
from pulse.models import Input

routes = Routes("Alerts")


class SetAlertLimit(Input):
    """A limit within what the operator allows."""

    alerts_per_hour: int | None = Field(ge=1, le=MOST_PER_HOUR, description="Null for none of the tenant's own")


@routes.get("/customer/alert-limit", permission=Permission.READ_ALERTS)
def get_alert_limit() -> AlertLimit:
    """Read how many alerts may open, and what is held back.

    What is beyond the limit opens no alert; one alert of the type ALERT_LIMIT says how many are held and since when.
    What is still true when there is room opens then, the worst first.
    """
    return alert_limit.get_alert_limit(tenant())


@routes.put("/customer/alert-limit", permission=Permission.MANAGE_ALERT_RULES)
def set_alert_limit(body: Annotated[SetAlertLimit, Body()], if_match: IfMatch = None) -> AlertLimit:
    """Choose how many alerts may open in an hour.

    The operator's limits hold beside it. What a wider one has room for opens within a minute.
    """
    return alert_limit.set_alert_limit(principal(), body.alerts_per_hour, if_match=if_match, origin=origin())
