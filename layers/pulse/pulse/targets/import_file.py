"""Files of targets: CSV with a header. Pure: what a row says, and what it says wrongly."""

from typing import Any, Final

from pydantic import Field, ValidationError

from pulse.devices.bulk_import import FieldChange
from pulse.devices.import_file import FileRow, write_cell, write_file
from pulse.errors import FieldError
from pulse.input_errors import field_errors
from pulse.masking import MASK
from pulse.models import Input
from pulse.polling.access import HttpAccess, SnmpAccess, SshAccess
from pulse.polling.target import MAX_INTERVAL_SECONDS, MAX_TIMEOUT_SECONDS, MIN_INTERVAL_SECONDS, Host
from pulse.targets.target import Target, TargetWish

MAX_ROWS: Final = 200
REQUIRED: Final = ("name", "addon_id", "host")
_ACCESSES: Final = (SnmpAccess, HttpAccess, SshAccess)
_NUMBERS: Final = frozenset({"port", "interval_seconds", "timeout_seconds", "failures_before_alert"})
_SWITCHES: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_EXAMPLES: Final = (
    {
        "name": "edge-router",
        "addon_id": "cisco_ios_ssh",
        "host": "router.example.com",
        "username": "pulse",
        "password": "change me",
    },
    {
        "name": "ups-1",
        "addon_id": "ups_mib_poll",
        "host": "192.0.2.10",
        "gateway_device_id": "gateway-1",
        "version": "v2c",
        "community": "change me",
    },
)


class _Row(Input):
    """A row without its access."""

    name: str = Field(min_length=1, max_length=200)
    addon_id: str = Field(min_length=1, max_length=64)
    host: Host
    site_id: str | None = None
    gateway_device_id: str | None = None
    interval_seconds: int | None = Field(None, ge=MIN_INTERVAL_SECONDS, le=MAX_INTERVAL_SECONDS)
    timeout_seconds: int = Field(10, ge=1, le=MAX_TIMEOUT_SECONDS)
    failures_before_alert: int = Field(2, ge=1, le=20)
    enabled: bool = True


OWN_COLUMNS: Final = tuple(_Row.model_fields)
_ACCESS_COLUMNS: Final = tuple(
    dict.fromkeys(name for model in _ACCESSES for name in model.model_fields if name not in {"kind", "private_key"})
)
COLUMNS: Final = (*OWN_COLUMNS, *_ACCESS_COLUMNS)
SECRET_COLUMNS: Final = frozenset(name for model in _ACCESSES for name in model.secret_fields())


def read_wish(row: FileRow, kind: str, known: Target | None) -> TargetWish | tuple[FieldError, ...]:
    """What a row wants of the target of its name, or what is wrong with the row.

    Columns that the file does not have stay as they are of a known target; an empty cell empties the field.
    """
    if "" in row.cells:
        return (FieldError("row", "has more cells than the header has columns"),)
    fields: dict[str, Any] = {} if known is None else {name: getattr(known, name) for name in OWN_COLUMNS}
    access: dict[str, Any] = {"kind": kind} if known is None else dict(known.access)
    for name, cell in row.cells.items():
        place = fields if name in OWN_COLUMNS else access
        if cell == "":
            place.pop(name, None)
        else:
            place[name] = _value(name, cell)
    try:
        wanted = _Row.model_validate(fields)
    except ValidationError as error:
        return field_errors(error, fields)
    return TargetWish(**wanted.model_dump(), access=access)


def changed_fields(row: FileRow, before: Target, after: TargetWish) -> list[FieldChange]:
    """What a row changes of a target, in the order of the columns; `after` has its access as people see it.

    A secret that the row brings is a change from `***` to `***`: whether it is the one that is kept is not told.
    """
    old = {**{name: getattr(before, name) for name in OWN_COLUMNS}, **before.access}
    new = {**{name: getattr(after, name) for name in OWN_COLUMNS}, **after.access}
    brought = {name for name in SECRET_COLUMNS if row.cells.get(name, "") not in ("", MASK)}
    return [
        FieldChange(field=name, before=write_cell(old.get(name)), after=write_cell(new.get(name)))
        for name in COLUMNS
        if old.get(name) != new.get(name) or name in brought
    ]


def template() -> str:
    """A file to fill in, with two targets for an example."""
    return write_file(COLUMNS, _EXAMPLES)


def _value(name: str, cell: str) -> str | int | bool:
    if name in _NUMBERS and cell.isascii() and cell.isdigit() and len(cell) < 10:
        return int(cell)
    if name in {"enabled", "tls", "verify_certificate"}:
        return _SWITCHES.get(cell.lower(), cell)
    return cell
