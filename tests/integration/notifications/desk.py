"""A tenant with one receiver: what happens to its alert, and what the receiver is told."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson

from pulse import clock
from pulse.alerts.handling.actions import AlertAction, Handling
from pulse.alerts.handling.changing import handle_alert
from pulse.identity.permissions import Role
from pulse.identity.principal import Principal
from pulse.notifications.channel import ChannelWish
from pulse.notifications.channels.kind import KindName
from pulse.notifications.delivery import deliver
from pulse.notifications.dispatch import AlertEvent, dispatch, read_event
from pulse.notifications.job import JobFilter, JobStatus, ListedJob
from pulse.notifications.job_log import list_jobs
from pulse.notifications.job_store import JobKey
from pulse.notifications.managing_channels import create_channel
from pulse.notifications.managing_rules import create_rule
from pulse.notifications.notice import NoticeEvent
from pulse.notifications.routing import RuleWish
from pulse.telemetry.ingest import ingest
from tests.builders import ACTOR, ORIGIN, Fleet
from tests.integration.outbound.servers import Receiver

EVERY_EVENT = [event for event in NoticeEvent if event not in (NoticeEvent.TEST, NoticeEvent.SUBSCRIPTION_RENEWED)]


class Desk:
    """A tenant with a device that is too warm, a webhook, and a rule that leads everything there."""

    def __init__(self, fleet: Fleet, receiver: Receiver) -> None:
        self.fleet = fleet
        self.receiver = receiver
        self.opened_at = clock.now()
        self.admin = Principal(str(uuid4()), ACTOR, frozenset({Role.TENANT_ADMIN}), fleet.tenant_id)
        wish = ChannelWish("NOC", KindName.WEBHOOK, {"url": receiver.url}, enabled=True)
        self.channel_id = create_channel(self.admin, wish, origin=ORIGIN).channel_id
        fleet.add_device(tags={"customer": "acme"})
        fleet.add_rule()

    def route(self, name: str = "Everything", **changes: Any) -> None:
        fields: dict[str, Any] = {
            "name": name,
            "channel_id": self.channel_id,
            "enabled": True,
            "priority": 100,
            "stop": False,
            "min_severity": "INFO",
            "events": EVERY_EVENT,
            "alert_types": [],
            "site_ids": [],
            "group_ids": [],
            "tags": {},
            "throttle_minutes": 0,
            **changes,
        }
        create_rule(self.admin, RuleWish.model_validate(fields), origin=ORIGIN)

    def open_alert(self) -> UUID:
        ingest([self.fleet.message({"metrics": {"temp_c": 9}}, at=clock.now())])
        [alert] = self.fleet.rows("SELECT alert_id FROM alerts WHERE status = 'OPEN' AND type = 'THRESHOLD'")
        alert_id: UUID = alert["alert_id"]
        return alert_id

    def tell(self, alert_id: UUID | None, event: NoticeEvent = NoticeEvent.OPENED, **more: Any) -> list[ListedJob]:
        """Dispatch an event, the same one if nothing else is said; return the jobs of its kind."""
        assert alert_id is not None, "it is about an alert"
        fields = {"time": self.opened_at, "by": ACTOR, **more}
        dispatch(AlertEvent(event=event, tenant_id=self.fleet.tenant_id, alert_id=alert_id, **fields))
        return self.jobs(event)

    def hear(self, name: str, alert_id: UUID | None, at: datetime) -> list[JobStatus]:
        """Dispatch what the bus has brought; return what became of the jobs of that time."""
        detail = {"tenant_id": self.fleet.tenant_id, "alert_id": alert_id, "time": at, "by": "system"}
        dispatch(read_event(orjson.dumps({"detail-type": f"alert.{name}", "detail": detail}).decode()))
        return [job.status for job in self.jobs() if job.happened_at == at]

    def handle(self, alert_id: UUID | None, action: AlertAction) -> None:
        assert alert_id is not None, "it is about an alert"
        handle_alert(self.admin, alert_id, Handling(action=action, by=ACTOR, at=clock.now()), origin=ORIGIN)

    def jobs(self, event: NoticeEvent | None = None) -> list[ListedJob]:
        return list_jobs(self.fleet.tenant_id, JobFilter(event=event), limit=50, after=None).jobs

    def waiting(self) -> list[ListedJob]:
        return [job for job in self.jobs() if job.status is JobStatus.PENDING]

    def deliver(self, job: ListedJob) -> JobStatus | None:
        return deliver(JobKey(self.fleet.tenant_id, job.job_id))

    def told(self) -> list[str]:
        return [request.document["type"] for request in self.receiver.received]
