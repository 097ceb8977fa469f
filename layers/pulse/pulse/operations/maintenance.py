"""Daily housekeeping: what is older than its retention goes."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from pulse.commands.sweep import forget_commands
from pulse.devices.connections import forget_connections
from pulse.exports.store import forget_exports
from pulse.inbound.cause_store import forget_causes
from pulse.logging import logger
from pulse.notifications.retention import delete_old_jobs
from pulse.operations.metric_store import drop_old_metrics
from pulse.quarantine.retention import delete_old_entries
from pulse.reports.run_store import forget_reports
from pulse.telemetry.retention import forget_message_ids, keep_telemetry

_CHORES: Final[dict[str, Callable[[datetime], int]]] = {
    "telemetry_chunks_dropped": keep_telemetry,
    "message_ids_forgotten": forget_message_ids,
    "connections_forgotten": forget_connections,
    "commands_forgotten": forget_commands,
    "system_metric_chunks_dropped": drop_old_metrics,
    "addon_causes_forgotten": forget_causes,
    "quarantine_entries_deleted": delete_old_entries,
    "notification_jobs_deleted": delete_old_jobs,
    "reports_forgotten": forget_reports,
    "exports_forgotten": forget_exports,
}


class ChoreFailedError(RuntimeError):
    """Some of the housekeeping was not done; the log has the reasons."""


def maintain(now: datetime) -> dict[str, int]:
    """Do every chore, whatever became of the others; return how much each had to do. Raises ChoreFailedError."""
    done: dict[str, int] = {}
    failed: list[str] = []
    for name, chore in _CHORES.items():
        try:
            done[name] = chore(now)
        except Exception:
            logger.exception("chore_failed", chore=name)
            failed.append(name)
    if failed:
        message = f"not done: {', '.join(failed)}; done: {done}"
        raise ChoreFailedError(message)
    return done
