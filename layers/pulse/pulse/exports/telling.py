"""Events about exports, written in the transaction of the change that they tell of. Pure."""

from datetime import timedelta
from uuid import UUID

from pulse.events.outbox import Event
from pulse.exports.export import Dataset, ExportStatus, Format


def export_due(tenant_id: str, export_id: UUID, *, delay: timedelta = timedelta()) -> Event:
    """A file is to be made: it was asked for, or is tried again after a while."""
    return Event(tenant_id, "export.due", {"export_id": str(export_id)}, delay)


def export_finished(
    tenant_id: str,
    export_id: UUID,
    *,
    dataset: Dataset,
    file_format: Format,
    status: ExportStatus,
    row_count: int,
    requested_by: str,
) -> Event:
    """A file was made, or will not be."""
    return Event(
        tenant_id,
        "export.finished",
        {
            "export_id": str(export_id),
            "dataset": dataset.value,
            "format": file_format.value,
            "status": status.value,
            "row_count": row_count,
            "requested_by": requested_by,
        },
    )
