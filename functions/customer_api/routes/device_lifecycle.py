"""A device's way through service, and the log of it."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from pulse.api.etags import IfMatch
from pulse.api.paging import DEFAULT_LIMIT, Cursor, CursorText, Limit, Page
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Name, Remark
from pulse.devices import device_logs, lifecycle
from pulse.devices.device_logs import LifecycleStep, LogPosition, StatusChange
from pulse.devices.queries import DeviceDetail
from pulse.identity.permissions import Permission
from pulse.models import Input

routes = Routes("Devices")
_CURSOR = Cursor(LogPosition)
_CONFLICT = (HTTPStatus.CONFLICT,)
_DEVICE = "/customer/devices/<device_id>"


class StatusLogPage(Page[StatusChange]):
    """A page of the status log."""


class LifecycleLogPage(Page[LifecycleStep]):
    """A page of the lifecycle log."""


class GiveReason(Input):
    """Why something is done to a device."""

    reason: Remark


@routes.post(f"{_DEVICE}/suspend", permission=Permission.MANAGE_DEVICES, also=_CONFLICT)
def suspend_device(device_id: Name, body: Annotated[GiveReason, Body()], if_match: IfMatch = None) -> DeviceDetail:
    """Put a device out of service for a while.

    Within half a minute its messages are refused, and within a minute the door for HTTP refuses them itself. Its alerts
    close, and it opens none; it keeps its seat and its credentials.
    """
    return lifecycle.suspend_device(principal(), device_id, reason=body.reason, if_match=if_match, origin=origin())


@routes.post(f"{_DEVICE}/resume", permission=Permission.MANAGE_DEVICES, also=_CONFLICT)
def resume_device(device_id: Name, body: Annotated[GiveReason, Body()], if_match: IfMatch = None) -> DeviceDetail:
    """Put a suspended device back into service; it has a full interval to be heard of.

    Within five seconds its messages are taken again.
    """
    return lifecycle.resume_device(principal(), device_id, reason=body.reason, if_match=if_match, origin=origin())


@routes.post(f"{_DEVICE}/decommission", permission=Permission.MANAGE_DEVICES, also=_CONFLICT)
def decommission_device(device_id: Name, body: Annotated[GiveReason, Body()], if_match: IfMatch = None) -> DeviceDetail:
    """Put a device out of service for good.

    Its credentials are revoked, its alerts close, its seat is free. What it has sent stays.
    """
    return lifecycle.decommission_device(principal(), device_id, reason=body.reason, if_match=if_match, origin=origin())


@routes.delete(_DEVICE, permission=Permission.MANAGE_DEVICES, also=_CONFLICT)
def delete_device(device_id: Name, if_match: IfMatch = None) -> None:
    """Take a decommissioned device out of the registry; 409 for another.

    Its history and its shadow go with it. Its readings stay until they are too old, and nobody reads them: a device
    that is registered with the same id later begins without any.
    """
    lifecycle.delete_device(principal(), device_id, if_match=if_match, origin=origin())


@routes.get(f"{_DEVICE}/status-log", permission=Permission.READ_DEVICES)
def list_status_log(device_id: Name, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> StatusLogPage:
    """List a device's changes of status, newest first."""
    page = device_logs.list_status_changes(tenant(), device_id, limit=limit, after=_CURSOR.decode(cursor))
    return StatusLogPage(items=page.entries, next_cursor=_CURSOR.encode(page.next_position))


@routes.get(f"{_DEVICE}/lifecycle-log", permission=Permission.READ_DEVICES)
def list_lifecycle_log(device_id: Name, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> LifecycleLogPage:
    """List when, why and by whom a device was suspended, resumed and decommissioned, newest first."""
    page = device_logs.list_lifecycle_steps(tenant(), device_id, limit=limit, after=_CURSOR.decode(cursor))
    return LifecycleLogPage(items=page.entries, next_cursor=_CURSOR.encode(page.next_position))
