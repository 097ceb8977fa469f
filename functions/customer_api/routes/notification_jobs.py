"""The delivery log of the caller's tenant."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from pulse.api.filters import End, Start
from pulse.api.paging import DEFAULT_LIMIT, Cursor, CursorText, Limit, Page
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.identity.permissions import Permission
from pulse.models import Model
from pulse.notifications import job_log
from pulse.notifications.channels.kind import KindName
from pulse.notifications.job import JobFilter, JobPosition, JobStatus, ListedJob, NotificationJob, NotificationJobDetail
from pulse.notifications.notice import NoticeEvent

routes = Routes("Notification jobs")
_CURSOR = Cursor(JobPosition)


class NotificationJobPage(Page[ListedJob]):
    """A page of the delivery log, newest first."""


class Replayed(Model):
    """How many jobs are sent again."""

    jobs: int = Field(description="At most 200; ask again for the rest")


@routes.get("/customer/notification-jobs", permission=Permission.READ_NOTIFICATIONS)
def list_notification_jobs(
    status: Annotated[JobStatus | None, Query(description="`FAILED` lists what was given up")] = None,
    event: Annotated[NoticeEvent | None, Query()] = None,
    kind: Annotated[KindName | None, Query()] = None,
    channel_id: Annotated[UUID | None, Query()] = None,
    alert_id: Annotated[UUID | None, Query()] = None,
    subscription_id: Annotated[UUID | None, Query()] = None,
    start: Start = None,
    end: End = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> NotificationJobPage:
    """List what was sent, or was to be sent, newest first."""
    wanted = JobFilter(status, event, kind, channel_id, alert_id, subscription_id, start, end)
    page = job_log.list_jobs(tenant(), wanted, limit=limit, after=_CURSOR.decode(cursor))
    return NotificationJobPage(items=page.jobs, next_cursor=_CURSOR.encode(page.next_position))


@routes.get("/customer/notification-jobs/<job_id>", permission=Permission.READ_NOTIFICATIONS)
def get_notification_job(job_id: UUID) -> NotificationJobDetail:
    """Read a notification job with every try to send it."""
    return job_log.get_job(tenant(), job_id)


@routes.post(
    "/customer/notification-jobs/<job_id>/replay",
    permission=Permission.MANAGE_NOTIFICATIONS,
    also=(HTTPStatus.CONFLICT,),
)
def replay_notification_job(job_id: UUID) -> NotificationJob:
    """Send a job that was given up again, with all of its retries.

    One that is on its way stays as it is; one that was sent or has become pointless answers 409, and so does a test.
    """
    return job_log.replay_job(principal(), job_id, origin=origin())


@routes.post("/customer/notification-channels/<channel_id>/replay", permission=Permission.MANAGE_NOTIFICATIONS)
def replay_notification_channel(channel_id: UUID) -> Replayed:
    """Send what this channel has given up again, the oldest 200 first."""
    return Replayed(jobs=job_log.replay_channel(principal(), channel_id, origin=origin()))
