"""Targets are asked on their schedules, and what they answer waits in the spool like a notification."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from edge.gateway.assignments import Targets
from edge.gateway.commands import TrialWish
from edge.gateway.counts import Counts
from edge.gateway.spool import Spool
from pulse.polling.outcome import OutcomeKind, PollOutcome
from pulse.polling.report import report_of
from pulse.polling.target import PollTarget

_AT_ONCE = 16
_LONGEST_EVENT = 100_000
_TOO_LONG = PollOutcome(
    kind=OutcomeKind.BAD_ANSWER, reason="its answers are longer than a gateway hands on", complete=False, seconds=0
)

logger = logging.getLogger("gateway")


class Poller:
    """One task for each target, of which so many ask at once."""

    def __init__(
        self,
        spool: Spool,
        counts: Counts,
        arrived: Callable[[], None],
        *,
        poll: Callable[[PollTarget], Awaitable[PollOutcome]],
        clock: Callable[[], datetime],
        random: Random,
    ) -> None:
        self._spool, self._counts, self._arrived = spool, counts, arrived
        self._poll, self._clock, self._random = poll, clock, random
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._tasks: dict[UUID, tuple[PollTarget, asyncio.Task[None]]] = {}
        self._wishes: dict[UUID, TrialWish] = {}
        self._trials: set[asyncio.Task[None]] = set()

    @property
    def targets(self) -> int:
        """How many are asked."""
        return len(self._tasks)

    def assign(self, targets: Targets) -> None:
        """Ask these from now on, and no others; one that has not changed keeps its schedule."""
        for key, (target, task) in list(self._tasks.items()):
            if targets.get(key) != target:
                task.cancel()
                del self._tasks[key]
        for key, target in targets.items():
            if key not in self._tasks:
                self._tasks[key] = (target, asyncio.create_task(self._ask_for_ever(target)))
        self._begin_trials()

    def try_target(self, wish: TrialWish) -> None:
        """Ask a target once, beside its schedule, as soon as the wished version of it is known."""
        self._wishes[wish.trial_id] = wish
        self._begin_trials()

    async def stop(self) -> None:
        """Ask nobody any more."""
        tasks = [*(task for _, task in self._tasks.values()), *self._trials]
        self.assign({})
        for trial in self._trials:
            trial.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin_trials(self) -> None:
        for wish in list(self._wishes.values()):
            target, _ = self._tasks.get(wish.target_id, (None, None))
            if wish.give_up_at <= self._clock():
                del self._wishes[wish.trial_id]
            elif target is not None and target.version >= wish.version:
                del self._wishes[wish.trial_id]
                trial = asyncio.create_task(self._try(target, wish))
                self._trials.add(trial)
                trial.add_done_callback(self._trials.discard)

    async def _try(self, target: PollTarget, wish: TrialWish) -> None:
        async with self._turns:
            polled_at = self._clock()
            try:
                outcome = await self._poll(target)
            except Exception:  # whoever waits is told by the silence
                logger.exception("trial_broke target=%s", target.target_id)
            else:
                document = _document(target, polled_at, outcome) | {"kind": "trial", "trial_id": str(wish.trial_id)}
                self._spool_up("trial", target, document)

    async def _ask_for_ever(self, target: PollTarget) -> None:
        # Those who were assigned together are not asked together.
        await asyncio.sleep(self._random.uniform(0, min(5, target.interval_seconds)))
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + target.interval_seconds
            async with self._turns:
                polled_at = self._clock()
                try:
                    outcome = await self._poll(target)
                except Exception:  # nothing that one target does ends the polls of it
                    logger.exception("poll_broke target=%s", target.target_id)
                    self._counts.polls_failed += 1
                else:
                    self._keep(target, polled_at, outcome)
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _keep(self, target: PollTarget, polled_at: datetime, outcome: PollOutcome) -> None:
        self._counts.polls_done += 1
        if outcome.kind is not OutcomeKind.OK:
            self._counts.polls_failed += 1
        if not self._spool_up("poll", target, _document(target, polled_at, outcome)):
            self._counts.polls_refused += 1

    def _spool_up(self, kind: str, target: PollTarget, document: dict[str, Any]) -> bool:
        try:
            with self._spool.transaction():
                kept = self._spool.add(kind, document, self._clock())
        except sqlite3.Error:
            logger.exception("spool_failed target=%s: what it answered is not kept", target.target_id)
            return False
        if kept:
            self._arrived()
        return kept


def _document(target: PollTarget, polled_at: datetime, outcome: PollOutcome) -> dict[str, Any]:
    """A poll as the cloud reads it; what would be too long for a message is a bad answer."""
    if sum(len(ascii(answer.body)) + len(answer.name) + 40 for answer in outcome.answers) > _LONGEST_EVENT:
        outcome = _TOO_LONG.model_copy(update={"seconds": outcome.seconds})
    return report_of(target.target_id, polled_at, outcome)
