"""The digest of the caller's tenant."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse.api.etags import IfMatch
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Email
from pulse.digests import managing
from pulse.digests.digest import Digest, DigestPreview, DigestWish
from pulse.identity.permissions import Permission
from pulse.models import Input
from pulse.wall_clock import TimeZone

routes = Routes("Digest")


class ChangeDigest(DigestWish, Input):
    """When a digest is sent, and to whom."""

    timezone: TimeZone = "UTC"
    recipients: list[Email] = Field([], max_length=20)


@routes.get("/customer/digest", permission=Permission.READ_NOTIFICATIONS)
def get_digest() -> Digest:
    """Read when the summary of alerts is sent, and to whom.

    It is off until somebody switches it on.
    """
    return managing.get_digest(tenant())


@routes.put("/customer/digest", permission=Permission.MANAGE_NOTIFICATIONS)
def change_digest(body: Annotated[ChangeDigest, Body()], if_match: IfMatch = None) -> Digest:
    """Say when the summary of alerts is sent, and to whom.

    Fields that are left out get their defaults. The hour is that of the zone's clocks, whenever those change.
    """
    return managing.change_digest(principal(), body, if_match=if_match, origin=origin())


@routes.get("/customer/digest/preview", permission=Permission.READ_NOTIFICATIONS)
def preview_digest() -> DigestPreview:
    """Read what would be sent if the day or the week ended right now.

    Nothing is sent.
    """
    return managing.preview_digest(tenant())
