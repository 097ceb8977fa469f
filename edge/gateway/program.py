"""The running gateway: listener, spool and uplink, until it is told to stop."""

import asyncio
import logging
import signal
from dataclasses import asdict
from datetime import UTC, datetime
from random import Random
from typing import Any

from edge.broker.mqtt import MqttTransport
from edge.gateway import VERSION
from edge.gateway.assignments import Assignments
from edge.gateway.commands import Commands
from edge.gateway.configuration import Configuration
from edge.gateway.counts import Counts
from edge.gateway.credential import Identity
from edge.gateway.listener import TrapListener
from edge.gateway.poller import Poller
from edge.gateway.receiver import Receiver
from edge.gateway.refusals import Refusals
from edge.gateway.spool import Spool
from edge.gateway.uplink import Uplink
from pulse.polling.poller import poll

_MEGABYTE = 1_000_000
_LOOK_SECONDS = 5

logger = logging.getLogger("gateway")


async def run(configuration: Configuration, identity: Identity) -> None:
    """Hear and hand on until SIGTERM or SIGINT. Raises ListenError, SpoolError."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    limits = configuration.spool
    spool = Spool(limits.file, max_events=limits.max_events, max_bytes=limits.max_megabytes * _MEGABYTE)
    try:
        await _run(configuration, identity, spool, stop)
        logger.info("gateway_stopped waiting=%d", spool.events)
    finally:
        spool.close()


async def _run(configuration: Configuration, identity: Identity, spool: Spool, stop: asyncio.Event) -> None:
    counts, started_at = Counts(), _now()
    refusals = Refusals(spool, lambda: uplink.notice(), _now)
    receiver = Receiver(configuration.snmp, spool, counts, refusals, identity=identity.client_id, clock=_now)
    poller = Poller(spool, counts, lambda: uplink.notice(), poll=poll, clock=_now, random=Random())
    assignments = Assignments(identity.shadow_topic, poller.assign)
    commands = Commands(identity.commands_topic, poller.try_target)
    uplink = Uplink(
        identity,
        MqttTransport(identity.access, topics=[*assignments.topics, *commands.topics]),
        spool,
        counts,
        [assignments, commands],
        report=lambda: _report(listener, started_at),
        metrics=lambda: _metrics(spool, counts) | {"gateway_targets": poller.targets},
        health_seconds=configuration.health.interval_seconds,
        random=Random(),
    )
    listener = TrapListener(configuration.listen, receiver, uplink.notice)
    try:
        listener.start()
        logger.info("gateway_listening on=%s version=%s", ",".join(listener.addresses), VERSION)
        sending = asyncio.create_task(uplink.run())
        tasks = (sending, asyncio.create_task(stop.wait()), asyncio.create_task(_tell_of(refusals)))
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result
    finally:
        await poller.stop()
        listener.close()


async def _tell_of(refusals: Refusals) -> None:
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        refusals.tell()


def _report(listener: TrapListener, started_at: datetime) -> dict[str, Any]:
    return {"version": VERSION, "started_at": started_at.isoformat(), "listen": listener.addresses}


def _metrics(spool: Spool, counts: Counts) -> dict[str, float]:
    now = {
        "spool_events": spool.events,
        "spool_bytes": spool.bytes,
        "spool_oldest_seconds": spool.oldest_age(_now()).total_seconds(),
        "spool_refused_ever": spool.fact("refused"),
    }
    return {f"gateway_{name}": value for name, value in (now | asdict(counts)).items()}


def _now() -> datetime:
    return datetime.now(UTC)
