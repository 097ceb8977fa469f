"""Systems that are asked by an addon, of the caller's tenant."""

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import Field

from pulse.api.etags import IfMatch
from pulse.api.filters import Search
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import add_headers, origin, principal, tenant
from pulse.api.routes import CSV, Routes
from pulse.api.types import Label, Name
from pulse.identity.permissions import Permission
from pulse.models import Input
from pulse.polling.target import MAX_INTERVAL_SECONDS, MAX_TIMEOUT_SECONDS, MIN_INTERVAL_SECONDS, Host
from pulse.targets.import_report import TargetImportReport
from pulse.targets.target import Target, TargetFilter, TargetPosition, TargetTrial, TargetWish
from pulse.texts import TEXT

routes = Routes("Targets")
_CURSOR = Cursor(TargetPosition)
_CONFLICT = (HTTPStatus.CONFLICT,)
_TARGETS = "/customer/targets"
_TARGET = "/customer/targets/<target_id>"


class TargetPage(CountedPage[Target]):
    """A page of targets."""


class SetTarget(Input):
    """What a target is to be."""

    name: Label = Field(description="Alerts are about a device of this name; one of the registry with this id is it")
    addon_id: Name = Field(description="Says what is asked, and reads the answers: one of snmp_poll, api_poll or ssh")
    host: Host = Field(description="A name or an address")
    access: dict[str, Any] = Field(
        description="How it is signed in to: `kind` is snmp, http or ssh, see docs/addons. `***` keeps a secret"
    )
    site_id: Name | None = Field(None, description="Where alerts about devices belong that are not in the registry")
    gateway_device_id: Name | None = Field(
        None, description="The site gateway that asks it; without one the cloud does"
    )
    interval_seconds: int | None = Field(
        None, ge=MIN_INTERVAL_SECONDS, le=MAX_INTERVAL_SECONDS, description="Without one, the addon's"
    )
    timeout_seconds: int = Field(10, ge=1, le=MAX_TIMEOUT_SECONDS, description="For all questions together")
    failures_before_alert: int = Field(
        2, ge=1, le=20, description="Polls in a row that may go wrong before an alert says so"
    )
    enabled: bool = True


class ImportTargets(Input):
    """A file of targets."""

    csv: str = Field(
        min_length=1,
        max_length=1_000_000,
        pattern=TEXT,
        description="The file's text: a header, and up to 200 rows. The template has all columns there are",
    )
    dry_run: bool = Field(False, description="Only say what would become of each row")


@routes.get(_TARGETS, permission=Permission.READ_ADDONS)
def list_targets(
    q: Search = None,
    addon_id: Annotated[Name | None, Query()] = None,
    gateway_device_id: Annotated[Name | None, Query()] = None,
    failing: Annotated[bool | None, Query(description="Whether the last poll went wrong")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> TargetPage:
    """List targets by name, each with what came of asking it last."""
    from pulse.targets import managing

    wanted = TargetFilter(q, addon_id, gateway_device_id, failing)
    page = managing.list_targets(tenant(), wanted, limit=limit, after=_CURSOR.decode(cursor))
    return TargetPage(items=page.targets, next_cursor=_CURSOR.encode(page.next_position), total=page.total)


@routes.post(_TARGETS, permission=Permission.MANAGE_ADDONS, also=_CONFLICT, status=HTTPStatus.CREATED)
def create_target(body: Annotated[SetTarget, Body()]) -> Target:
    """Make a target, which is asked for the first time within a minute."""
    from pulse.targets import managing

    return managing.create_target(principal(), _wish(body), origin=origin())


@routes.get(f"{_TARGETS}/import/template", permission=Permission.READ_ADDONS, produces=CSV)
def get_target_import_template() -> Response[str]:
    """Download a file to fill in, with two targets for an example.

    Columns may be left out, but for `name`, `addon_id` and `host`; how a target is signed in to follows from its addon.
    """
    from pulse.targets import import_file

    add_headers({"Content-Disposition": 'attachment; filename="targets.csv"'})
    return Response(HTTPStatus.OK.value, CSV, import_file.template())


@routes.post(f"{_TARGETS}/import", permission=Permission.MANAGE_ADDONS)
def import_targets(body: Annotated[ImportTargets, Body()]) -> TargetImportReport:
    """Enter the targets of a file, at most 200, or bring those up to date that have the names.

    A row that is wrong stops no other, and the same rows again change nothing. Of a target that exists, columns that
    the file does not have stay as they are; an empty cell empties its field.
    """
    from pulse.targets import bulk_import

    return bulk_import.import_targets(principal(), body.csv, dry_run=body.dry_run, origin=origin())


@routes.get(_TARGET, permission=Permission.READ_ADDONS)
def get_target(target_id: UUID) -> Target:
    """Read a target, its secrets as `***`."""
    from pulse.targets import managing

    return managing.get_target(tenant(), target_id)


@routes.put(_TARGET, permission=Permission.MANAGE_ADDONS, also=_CONFLICT)
def change_target(target_id: UUID, body: Annotated[SetTarget, Body()], if_match: IfMatch = None) -> Target:
    """Change a target as a whole; a secret that is `***` stays as it is.

    Alerts of one that is disabled, or gets another addon, close.
    """
    from pulse.targets import managing

    return managing.change_target(principal(), target_id, _wish(body), if_match=if_match, origin=origin())


@routes.delete(_TARGET, permission=Permission.MANAGE_ADDONS)
def delete_target(target_id: UUID, if_match: IfMatch = None) -> None:
    """Delete a target; its alerts close."""
    from pulse.targets import managing

    managing.delete_target(principal(), target_id, if_match=if_match, origin=origin())


@routes.post(f"{_TARGET}/forget-host-key", permission=Permission.MANAGE_ADDONS)
def forget_target_host_key(target_id: UUID, if_match: IfMatch = None) -> Target:
    """Trust the next key that an SSH server shows, because it was set up anew."""
    from pulse.targets import managing

    return managing.forget_host_key(principal(), target_id, if_match=if_match, origin=origin())


@routes.post(f"{_TARGET}/test", permission=Permission.MANAGE_ADDONS, also=_CONFLICT)
def try_target(target_id: UUID) -> TargetTrial:
    """Ask a target now, and see what it answers and what its addon makes of that. No alert opens or closes.

    That the target can't be polled is in the answer, which is 200 all the same. A gateway is told to ask its target:
    the answer is WAITING then, and what comes of it is read from the same path. One that is just being asked answers
    429, and one that its gateway can't be told to ask 409.
    """
    from pulse.targets.trials import try_target

    return try_target(principal(), target_id, origin=origin())


@routes.get(f"{_TARGET}/test", permission=Permission.READ_ADDONS)
def get_target_trial(target_id: UUID) -> TargetTrial:
    """Read what came of the newest test of a target that a gateway asks: WAITING, ANSWERED, or SILENT with the reason.

    A gateway has two minutes, of which it may need one to learn of a change of the target. Of a target that the cloud
    asks, nothing is kept: 404.
    """
    from pulse.targets.gateway_trials import get_trial

    return get_trial(tenant(), target_id)


def _wish(body: SetTarget) -> TargetWish:
    return TargetWish(
        name=body.name,
        addon_id=body.addon_id,
        host=body.host,
        access=body.access,
        site_id=body.site_id,
        gateway_device_id=body.gateway_device_id,
        interval_seconds=body.interval_seconds,
        timeout_seconds=body.timeout_seconds,
        failures_before_alert=body.failures_before_alert,
        enabled=body.enabled,
    )
