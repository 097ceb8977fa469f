"""Many devices at once, from a file."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse.api.request import add_headers, origin, principal
from pulse.api.routes import CSV, Routes
from pulse.devices import bulk_import, import_file
from pulse.devices.bulk_import import ImportReport
from pulse.devices.import_file import MAX_CHARACTERS, MAX_ROWS
from pulse.identity.permissions import Permission
from pulse.models import Input
from pulse.texts import TEXT

routes = Routes("Devices")


class ImportDevices(Input):
    """A file of devices."""

    csv: str = Field(
        min_length=1,
        max_length=MAX_CHARACTERS,
        pattern=TEXT,
        description=f"The file's text: a header, and up to {MAX_ROWS} rows. The template has all columns there are",
    )
    dry_run: bool = Field(False, description="Only say what would become of each row")


@routes.get("/customer/devices/import/template", permission=Permission.READ_DEVICES, produces=CSV)
def get_import_template() -> Response[str]:
    """Download a file to fill in, with two devices for an example.

    Tags are `key=value;key=value;plain`. Columns may be left out, but for `device_id`, `site_id` and `device_type`.
    """
    add_headers({"Content-Disposition": 'attachment; filename="devices.csv"'})
    return Response(HTTPStatus.OK.value, CSV, import_file.template())


@routes.post("/customer/devices/import", permission=Permission.MANAGE_DEVICES)
def import_devices(body: Annotated[ImportDevices, Body()]) -> ImportReport:
    """Enter the devices of a file, or bring them up to date.

    A row that is wrong stops no other, and the same rows again change nothing. Of a device that exists, columns that
    the file does not have stay as they are; an empty cell empties its field.
    """
    return bulk_import.import_devices(principal(), body.csv, dry_run=body.dry_run, origin=origin())
