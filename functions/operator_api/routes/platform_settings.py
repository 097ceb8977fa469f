"""How the installation is set up."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from operator_api.routes.tenants import Rates
from pulse.api.etags import IfMatch
from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.api.types import Name
from pulse.errors import NotFoundError
from pulse.identity.permissions import Permission
from pulse.limits.defaults import DefaultLimit, set_default
from pulse.limits.definitions import LimitName
from pulse.limits.rates import parse_rates
from pulse.models import Input
from pulse.operations.platform_settings import PlatformSettings
from pulse.operations.platform_settings import get_platform_settings as read_settings

routes = Routes("Operator: settings")


class SetDefaultLimit(Input):
    """What holds for everybody without an exception."""

    default_rates: Rates = Field(min_length=1, description="As `requests:seconds,requests:seconds`, all of which hold")


@routes.get("/operator/settings", permission=Permission.OPERATOR_READ_SETTINGS)
def get_platform_settings() -> PlatformSettings:
    """Read the limits for everybody, retentions, and what else the deploy says."""
    return read_settings(principal(), origin=origin())


@routes.put("/operator/settings/limits/<limit_name>", permission=Permission.OPERATOR_MANAGE_SETTINGS)
def set_default_limit(
    limit_name: Name, body: Annotated[SetDefaultLimit, Body()], if_match: IfMatch = None
) -> DefaultLimit:
    """Say what holds for every tenant without an exception; within 30 seconds it does."""
    if limit_name not in set(LimitName):
        message = f"there is no limit {limit_name}"
        raise NotFoundError(message)
    return set_default(
        principal(), LimitName(limit_name), parse_rates(body.default_rates), if_match=if_match, origin=origin()
    )
