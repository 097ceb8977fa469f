"""What is wrong with the installation reaches those who look after it, by the channels of the platform's tenant."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import orjson
import pytest

from pulse import clock
from pulse.alerts.lifecycle import close_alerts
from pulse.database import ingest_session, tenant_session
from pulse.identity.permissions import Role
from pulse.identity.principal import Principal
from pulse.notifications.channel import ChannelWish
from pulse.notifications.channels.kind import KindName
from pulse.notifications.delivery import deliver
from pulse.notifications.dispatch import dispatch, read_event
from pulse.notifications.job import JobFilter, JobStatus, ListedJob
from pulse.notifications.job_log import list_jobs
from pulse.notifications.job_store import JobKey
from pulse.notifications.managing_channels import create_channel
from pulse.notifications.managing_rules import create_rule
from pulse.notifications.notice import NoticeEvent
from pulse.notifications.routing import RuleWish
from pulse.operations.collection import tell_of_health
from pulse.operations.metric_store import write_samples
from pulse.operations.system_metric import Measured, SystemMetric
from pulse.tenants.status import PLATFORM
from tests.builders import ORIGIN
from tests.integration.alert_process import make_closing
from tests.integration.operator_plane import OperatorPlane
from tests.integration.outbound.servers import Receiver

MINUTE = timedelta(minutes=1)


def alert_of_a_full_database() -> UUID:
    """The database has hardly a connection left for two minutes."""
    now = clock.now()
    for minute in (now - MINUTE, now):
        with ingest_session() as connection:
            write_samples(connection, [Measured(SystemMetric.DATABASE_CONNECTIONS_RATIO, 0.95)], time=minute)
            tell_of_health(connection, minute)
    with tenant_session(PLATFORM) as connection:
        [alert] = connection.execute(
            "SELECT alert_id FROM alerts WHERE fingerprint = 'SYSTEM_HEALTH:database' AND status <> 'CLOSED'"
        ).fetchall()
    alert_id: UUID = alert["alert_id"]
    return alert_id


def jobs_of(alert_id: UUID) -> list[ListedJob]:
    return list_jobs(PLATFORM, JobFilter(alert_id=alert_id), limit=10, after=None).jobs


@pytest.fixture
def well_afterwards(scenario_database: str) -> Iterator[None]:
    """The platform is everybody's: its alert is over when the test is."""
    assert scenario_database
    yield
    with ingest_session() as connection:
        close_alerts(connection, [make_closing(PLATFORM, "SYSTEM_HEALTH:database")])


@pytest.mark.usefixtures("well_afterwards")
def test_an_unwell_component_is_told_of_by_the_platforms_channel_and_seen_by_operators(
    scenario_database: str, https_receiver: Receiver, delivery_queue: str
) -> None:
    assert scenario_database
    assert delivery_queue
    person = Principal(str(uuid4()), "oncall@pulse.example", frozenset({Role.TENANT_ADMIN}), PLATFORM)
    wish = ChannelWish(f"NOC {uuid4()}", KindName.WEBHOOK, {"url": https_receiver.url}, enabled=True)
    rule = RuleWish(
        name=f"Everything {uuid4()}",
        channel_id=create_channel(person, wish, origin=ORIGIN).channel_id,
        enabled=True,
        priority=100,
        stop=False,
        min_severity="CRITICAL",
        events=[NoticeEvent.OPENED],
        alert_types=["SYSTEM_HEALTH"],
        site_ids=[],
        group_ids=[],
        tags={},
        throttle_minutes=0,
    )
    create_rule(person, rule, origin=ORIGIN)
    alert_id = alert_of_a_full_database()
    detail = {"tenant_id": PLATFORM, "alert_id": alert_id, "time": clock.now(), "by": "system"}
    dispatch(read_event(orjson.dumps({"detail-type": "alert.opened", "detail": detail}).decode()))
    [job] = jobs_of(alert_id)
    assert deliver(JobKey(PLATFORM, job.job_id)) is JobStatus.SENT
    [request] = https_receiver.received
    assert (request.document["data"]["alert_type"], request.document["data"]["severity"]) == (
        "SYSTEM_HEALTH",
        "CRITICAL",
    )
    listed = OperatorPlane("operator").get("/alerts", tenant_id=PLATFORM)["items"]
    assert str(alert_id) in [alert["alert_id"] for alert in listed]
