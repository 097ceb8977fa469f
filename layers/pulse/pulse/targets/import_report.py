"""What became of a file of targets."""

from pydantic import Field

from pulse.devices.bulk_import import FieldChange, RowError, RowOutcome
from pulse.models import Model


class TargetRowResult(Model):
    """A row of the file and what became of it."""

    row: int = Field(description="Its number in the file, whose header is row 1")
    name: str
    outcome: RowOutcome
    changes: list[FieldChange] = Field(
        description="Of a target that there was already, in the order of the columns; secrets as `***`"
    )
    errors: list[RowError]


class TargetImportReport(Model):
    """What became of a file."""

    dry_run: bool
    total: int
    created: int
    updated: int
    unchanged: int
    failed: int
    results: list[TargetRowResult] = Field(description="In the order of the file")
