"""Runs the devices side by side: one task makes a device's messages, another delivers them."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from edge.simulator.delivery import Counts, Delivery
from edge.simulator.device import SimulatedDevice
from edge.simulator.incidents import Incident
from edge.simulator.silence import SilencePlan

SUMMARY_SECONDS = 30.0
SILENCE_CHECK_SECONDS = 1.0
FAREWELL_SECONDS = 3.0

logger = logging.getLogger("simulator")


@dataclass
class FleetMember:
    name: str
    device: SimulatedDevice
    delivery: Delivery
    incident_metric: str
    last_incident: Incident | None = field(default=None, init=False)


class Fleet:
    def __init__(
        self,
        members: Sequence[FleetMember],
        silence: SilencePlan[str],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._members = members
        self._silence = silence
        self._clock = clock
        self._silent: frozenset[str] = frozenset()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then no new messages, and a few seconds for the pending ones."""
        deliveries = [asyncio.create_task(member.delivery.run()) for member in self._members]
        makers = [asyncio.create_task(self._make_messages(member)) for member in self._members]
        makers.append(asyncio.create_task(self._keep_silence()))
        makers.append(asyncio.create_task(self._summarize()))
        stopped = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait([stopped, *makers, *deliveries], return_when=asyncio.FIRST_COMPLETED)
        await _cancel(stopped, *makers)
        if stopped in done:
            await self._say_farewell()
        await _cancel(*deliveries)
        logger.info("fleet_stopped %s", self._summary())
        for task in done:
            task.result()

    async def _make_messages(self, member: FleetMember) -> None:
        while True:
            now = self._clock()
            if member.name in self._silent:
                await asyncio.sleep(SILENCE_CHECK_SECONDS)
                continue
            self._report_incident(member, now)
            for message in member.device.messages_due(now):
                member.delivery.offer(message)
            await asyncio.sleep(max(0.0, (member.device.next_due_at - self._clock()).total_seconds()))

    async def _keep_silence(self) -> None:
        while True:
            silent = self._silence.silent_devices(self._clock())
            for member in self._members:
                if member.name in silent - self._silent:
                    logger.info("device_silent device=%s", member.name)
                    member.delivery.forbid()
                elif member.name in self._silent - silent:
                    logger.info("device_back device=%s", member.name)
                    member.delivery.allow()
            self._silent = silent
            await asyncio.sleep(SILENCE_CHECK_SECONDS)

    async def _summarize(self) -> None:
        while True:
            await asyncio.sleep(SUMMARY_SECONDS)
            logger.info("fleet %s", self._summary())

    async def _say_farewell(self) -> None:
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                while any(member.delivery.is_connected and member.delivery.buffered for member in self._members):
                    await asyncio.sleep(0.05)
        except TimeoutError:
            logger.warning("farewell_cut_short %s", self._summary())

    def _report_incident(self, member: FleetMember, now: datetime) -> None:
        incident = member.device.incident(now)
        if incident is not None and incident != member.last_incident:
            seconds = (incident.ends_at - incident.begins_at).total_seconds()
            logger.info("incident device=%s metric=%s seconds=%.0f", member.name, member.incident_metric, seconds)
        member.last_incident = incident

    def _summary(self) -> str:
        counts = sum((member.delivery.counts for member in self._members), Counts())
        connected = sum(member.delivery.is_connected for member in self._members)
        buffered = sum(member.delivery.buffered for member in self._members)
        return (
            f"connected={connected}/{len(self._members)} silent={len(self._silent)} sent={counts.sent}"
            f" acknowledged={counts.acknowledged} buffered={buffered} refused={counts.refused}"
            f" dropped={counts.dropped}"
        )


async def _cancel(*tasks: asyncio.Task[object]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
