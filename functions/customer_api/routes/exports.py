"""Data of the caller's tenant as files: small ones at once, large ones when they are made."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import Field, StringConstraints

from pulse.api.filters import End, NameFilter, Start, TagFilter, TagText, tags_of
from pulse.api.paging import DEFAULT_LIMIT, Cursor, CursorText, Limit, Page
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import CSV, Routes
from pulse.api.types import Instant, Name
from pulse.exports import managing
from pulse.exports.export import Dataset, Export, ExportLink, ExportStatus, ExportWish, Format
from pulse.exports.store import ExportPosition
from pulse.identity.permissions import Permission
from pulse.limits.definitions import LimitName
from pulse.models import Input
from pulse.texts import LINE

routes = Routes("Exports")
_CURSOR = Cursor(ExportPosition)
_LIMITS = (LimitName.API_EXPORT,)

DatasetStatus = Annotated[
    Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=LINE)] | None,
    Query(description="Only devices or alerts with this status"),
]


class ExportPage(Page[Export]):
    """A page of exports."""


class RequestExport(Input):
    """What is wanted as a file."""

    dataset: Dataset
    format: Format = Format.CSV
    start: Instant | None = Field(None, description="Not of devices; seven days before `end` when left out")
    end: Instant | None = Field(None, description="Not of devices; now when left out")
    site_id: Name | None = Field(None, description="Only of this site")
    device_id: Name | None = Field(None, description="Only of this device")
    dataset_status: str | None = Field(
        None, min_length=1, max_length=20, pattern=LINE, description="Only devices or alerts with this status"
    )
    tags: list[TagText] = Field(
        [], max_length=20, description="`key=value`, or `key` for any value: only of devices that have all of them"
    )
    group_id: UUID | None = Field(None, description="Only of devices in this group")


@routes.get(
    "/customer/export",
    permission=Permission.READ_EXPORTS,
    also=(HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT),
    produces=CSV,
    limits=_LIMITS,
)
def download_export(
    dataset: Annotated[Dataset, Query()],
    file_format: Annotated[Format, Query(alias="format", description="`json` is an array of objects")] = Format.CSV,
    start: Start = None,
    end: End = None,
    site_id: NameFilter = None,
    device_id: NameFilter = None,
    dataset_status: DatasetStatus = None,
    tag: TagFilter = None,
    group_id: Annotated[UUID | None, Query(description="Only of devices in this group")] = None,
) -> Response[str]:
    """Read devices, alerts, telemetry or every device's availability as a file at once, up to about 4 MB.

    Without `start` and `end` it is about seven days up to now; devices are as they are. In CSV a reading has a line for
    each of its metrics. 409 when it is larger: ask for an export then. It counts as one of the ten exports and reports
    that an account may make in ten minutes, unless an operator has set something else.
    """
    wish = ExportWish(dataset, file_format, start, end, site_id, device_id, dataset_status, tags_of(tag), group_id)
    file = managing.download(principal(), wish, origin=origin())
    return Response(
        status_code=HTTPStatus.OK,
        content_type=file_format.content_type,
        body=file.text,
        headers={"Content-Disposition": f'attachment; filename="{file.name}"'},
    )


@routes.post(
    "/customer/exports",
    permission=Permission.MAKE_EXPORTS,
    also=(HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT),
    status=HTTPStatus.CREATED,
    limits=_LIMITS,
    while_suspended=True,
)
def request_export(body: Annotated[RequestExport, Body()]) -> Export:
    """Ask for devices, alerts, telemetry or every device's availability as a file, of any size.

    It is begun at once: read it until it is DONE, and fetch its file within 24 hours. 409 while five are being made.
    It counts as one of the ten exports and reports that an account may make in ten minutes, unless an operator has set
    something else.
    """
    wish = ExportWish(
        body.dataset,
        body.format,
        body.start,
        body.end,
        body.site_id,
        body.device_id,
        body.dataset_status,
        tags_of(body.tags),
        body.group_id,
    )
    return managing.request_export(principal(), wish, origin=origin())


@routes.get("/customer/exports", permission=Permission.READ_EXPORTS)
def list_exports(
    dataset: Annotated[Dataset | None, Query()] = None,
    status: Annotated[ExportStatus | None, Query()] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> ExportPage:
    """List exports, newest first, those too that were handed over at once.

    They are kept for 180 days, and the files of the others for one.
    """
    page = managing.list_exports(tenant(), dataset=dataset, status=status, limit=limit, after=_CURSOR.decode(cursor))
    return ExportPage(items=page.exports, next_cursor=_CURSOR.encode(page.next_position))


@routes.get("/customer/exports/<export_id>", permission=Permission.READ_EXPORTS)
def get_export(export_id: UUID) -> Export:
    """Read how far an export is."""
    return managing.get_export(tenant(), export_id)


@routes.get("/customer/exports/<export_id>/link", permission=Permission.READ_EXPORTS, also=(HTTPStatus.CONFLICT,))
def get_export_link(export_id: UUID) -> ExportLink:
    """Get an address from which the file is fetched without a token, for five minutes.

    It takes the permission to read what is in the file as well. Ask anew for each download. 409 unless there is a file.
    """
    return managing.get_link(principal(), export_id, origin=origin())


@routes.post(
    "/customer/exports/<export_id>/cancel",
    permission=Permission.MAKE_EXPORTS,
    also=(HTTPStatus.CONFLICT,),
    while_suspended=True,
)
def cancel_export(export_id: UUID) -> Export:
    """Have a file not made. 409 unless it is PENDING or RUNNING."""
    return managing.cancel_export(principal(), export_id, origin=origin())
