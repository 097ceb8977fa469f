"""What went wrong lately across all tenants: what was given up, and how many messages were refused."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter

from pydantic import Field

from pulse import clock
from pulse.database import Connection
from pulse.exports.store import recently_failed as failed_exports
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.models import Model
from pulse.notifications.platform_figures import recently_failed as failed_notifications
from pulse.operations.audit import audited_operator_session
from pulse.operations.noc import Feed
from pulse.quarantine.platform_figures import count_refused
from pulse.reports.run_store import recently_failed as failed_reports


class FailureKind(StrEnum):
    """What was given up."""

    NOTIFICATION = "notification"
    EXPORT = "export"
    REPORT = "report"


class SystemFailure(Model):
    """Something that was given up, and why."""

    failure_id: str = Field(examples=["report-0192d0aa-0000-7000-8000-000000000001"])
    time: datetime
    kind: FailureKind
    tenant_id: str
    reason: str


class SystemFailures(Feed):
    """What went wrong since a time. Runs of functions that failed are a metric."""

    since: datetime
    items: list[SystemFailure] = Field(description="What was given up, newest first")
    refused_messages: int = Field(description="Device messages in the quarantine since then")


def get_failures(actor: Principal, *, hours: int, limit: int, origin: Origin) -> SystemFailures:
    """What went wrong in so many hours up to now. Raises NotPermittedError."""
    now = clock.now()
    since = now - timedelta(hours=hours)
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_SYSTEM, action="system.errors", origin=origin
    ) as connection:
        items = sorted(_given_up(connection, since, now, limit), key=attrgetter("time", "failure_id"), reverse=True)
        return SystemFailures(
            as_of=now,
            since=since,
            items=items[:limit],
            refused_messages=count_refused(connection, start=since, end=now),
        )


def _given_up(connection: Connection, since: datetime, until: datetime, limit: int) -> Iterator[SystemFailure]:
    for kind, read in (
        (FailureKind.NOTIFICATION, failed_notifications),
        (FailureKind.EXPORT, failed_exports),
        (FailureKind.REPORT, failed_reports),
    ):
        for failed in read(connection, since=since, until=until, limit=limit):
            yield SystemFailure(
                failure_id=f"{kind}-{failed.id}",
                time=failed.finished_at,
                kind=kind,
                tenant_id=failed.tenant_id,
                reason=failed.outcome or "",
            )
