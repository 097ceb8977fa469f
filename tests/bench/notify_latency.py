"""From an alert that opens until a webhook has the request, and from an answer until nothing is left to be tried."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final
from uuid import UUID, uuid4

import httpx

from local.instance import chosen_instance
from pulse.alerts.lifecycle import Opening, open_alerts
from pulse.alerts.severity import Severity
from pulse.clock import now
from pulse.database import ingest_session
from pulse.events.outbox import publish_after_commit
from pulse.identity.api_keys import ApiKeyRequest, create_api_key
from pulse.identity.permissions import Role
from pulse.settings import settings
from tests.bench.figure import Figure, UnavailableError, percentile
from tests.builders import ORIGIN, Fleet
from tests.deployed import deployed_stack
from tests.integration.outbound.servers import Receiver, Reply, receiver
from tests.integration.stack import Stack

_ALERTS: Final = 50
_WARM_UP: Final = 5
_TARGET_MILLISECONDS: Final = 2000.0
_STOP_MILLISECONDS: Final = 5000.0
_PATIENCE_SECONDS: Final = 120
_LOOK_EVERY_SECONDS: Final = 0.005


def measure() -> Iterator[Figure]:
    """One alert after the other, through bus, dispatch and delivery; each is acknowledged while a retry waits."""
    instance = chosen_instance(os.environ)
    if not (instance.is_disposable and instance.stack_file.exists()):
        message = "needs a test instance that is up, since it leaves a tenant behind: `make bench` brings one up"
        raise UnavailableError(message)
    with deployed_stack(instance) as stack, ExitStack() as servers:
        os.environ["EVENT_BUS_NAME"] = stack.outputs["EventBusName"]
        settings.cache_clear()
        good, bad = servers.enter_context(receiver()), servers.enter_context(receiver())
        bad.replies = [Reply(status=503)]
        fleet = Fleet()
        api = servers.enter_context(_api(stack, fleet))
        for name, server in (("good", good), ("bad", bad)):
            _route(api, name, server)
        took, stopped = [], []
        for number in range(_WARM_UP + _ALERTS):
            seconds, alert_id = _until_told(fleet, good, number)
            if number >= _WARM_UP:
                took.append(seconds * 1000)
                stopped.append(_until_stopped(api, alert_id) * 1000)
    for percent in (50, 95):
        name = f"notify_latency, opened until the webhook has it, p{percent} of {_ALERTS}"
        yield Figure(name, percentile(took, percent), "ms", _TARGET_MILLISECONDS, "the target")
    name = f"notify_latency, acknowledged until nothing is pending, p95 of {_ALERTS}"
    yield Figure(name, percentile(stopped, 95), "ms", _STOP_MILLISECONDS, "the promise")


def _until_told(fleet: Fleet, good: Receiver, number: int) -> tuple[float, UUID]:
    before = len(good.received)
    opening = Opening(
        tenant_id=fleet.tenant_id,
        fingerprint=f"TEST:{number}",
        source="rule",
        type="THRESHOLD",
        severity=Severity.HIGH,
        summary="too warm",
        details={},
        time=now(),
    )
    started = time.perf_counter()
    with ingest_session() as connection:
        open_alerts(connection, [opening])
    publish_after_commit()
    _wait(lambda: len(good.received) > before, what=f"notification {number}")
    took = time.perf_counter() - started
    return took, UUID(good.received[-1].document["data"]["alert_id"])


def _until_stopped(api: httpx.Client, alert_id: UUID) -> float:
    """Seconds from an acknowledgement until no call is waiting for another try."""
    query = {"alert_id": str(alert_id), "event": "opened", "status": "PENDING"}

    def pending() -> int:
        return len(api.get("/customer/notification-jobs", params=query).raise_for_status().json()["items"])

    started = time.perf_counter()
    api.post(f"/customer/alerts/{alert_id}/acknowledge").raise_for_status()
    _wait(lambda: not pending(), what="the end of retries")
    return time.perf_counter() - started


def _route(api: httpx.Client, name: str, server: Receiver) -> None:
    config = {"url": f"http://127.0.0.1:{server.server_port}"}
    channel = api.post("/customer/notification-channels", json={"name": name, "kind": "webhook", "config": config})
    rule = {"name": name, "channel_id": channel.raise_for_status().json()["channel_id"], "events": ["opened"]}
    api.post("/customer/notification-routing-rules", json=rule).raise_for_status()


def _wait(look: Callable[[], bool], *, what: str) -> None:
    give_up_at = time.perf_counter() + _PATIENCE_SECONDS
    while time.perf_counter() < give_up_at:
        if look():
            return
        time.sleep(_LOOK_EVERY_SECONDS)
    message = f"{what} never came"
    raise RuntimeError(message)


def _api(stack: Stack, fleet: Fleet) -> httpx.Client:
    wanted = ApiKeyRequest(name=f"Bench {uuid4()}", role=Role.TENANT_ADMIN, scopes=None, expires_at=None)
    return stack.api_with(create_api_key(fleet.person(), wanted, origin=ORIGIN).key)
