"""Targets are asked on their schedules, and what came of it waits in the spool."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import orjson
import pytest

from edge.gateway.commands import TrialWish
from edge.gateway.counts import Counts
from edge.gateway.poller import Poller
from edge.gateway.spool import Spool
from pulse.polling.outcome import Answer, OutcomeKind, PollOutcome
from pulse.polling.target import PollTarget
from tests.unit.edge.gateway.test_assignments import A, B, target

NOON = datetime(2037, 11, 20, 12, tzinfo=UTC)


class AtOnce(Random):
    """Nobody waits for their first turn."""

    def uniform(self, a: float, b: float) -> float:  # noqa: ARG002 - as its parent has it
        return a


def outcome(kind: OutcomeKind = OutcomeKind.OK, *, body: str = "7") -> PollOutcome:
    complete = kind is OutcomeKind.OK
    return PollOutcome(kind=kind, complete=complete, seconds=0.5, answers=[Answer(name="uptime", body=body)])


def poll(
    folder: Path, ask: Callable[[PollTarget], Awaitable[PollOutcome]], *keys: UUID, max_events: int = 100
) -> tuple[list[dict[str, Any]], Counts]:
    """Ask targets once; what is in the spool then, and what was counted."""

    async def run() -> None:
        poller = Poller(spool, counts, arrived.set, poll=ask, clock=lambda: NOON, random=AtOnce())
        poller.assign({key: target(key) for key in keys})
        while counts.polls_done + counts.polls_failed < len(keys):
            await asyncio.sleep(0)
        await poller.stop()
        assert poller.targets == 0

    arrived = asyncio.Event()
    counts = Counts()
    spool = Spool(folder / "spool.db", max_events=max_events, max_bytes=10**6)
    try:
        asyncio.run(run())
        return [orjson.loads(each.body) for each in spool.oldest(limit=100, max_bytes=10**9)], counts
    finally:
        spool.close()


def test_a_poll_waits_in_the_spool_as_the_cloud_reads_it(tmp_path: Path) -> None:
    async def ask(_: PollTarget) -> PollOutcome:
        return outcome()

    [event], counts = poll(tmp_path, ask, A)
    assert event.pop("message_id")
    assert event == {
        "kind": "poll",
        "received_at": "2037-11-20T12:00:00.000000Z",
        "target_id": str(A),
        "polled_at": "2037-11-20T12:00:00.000000Z",
        "complete": True,
        "outcome": {"kind": "ok", "reason": "", "seconds": 0.5, "host_key": None},
        "payload": [{"name": "uptime", "body": "7"}],
    }
    assert (counts.polls_done, counts.polls_failed) == (1, 0)


def test_a_failed_poll_is_told_of_too_and_counted(tmp_path: Path) -> None:
    async def ask(_: PollTarget) -> PollOutcome:
        return outcome(OutcomeKind.WRONG_CREDENTIALS)

    [event], counts = poll(tmp_path, ask, A)
    assert (event["outcome"]["kind"], event["complete"]) == ("wrong_credentials", False)
    assert (counts.polls_done, counts.polls_failed) == (1, 1)


@pytest.mark.parametrize("body", ["x" * 120_000, "é" * 30_000])
def test_answers_that_no_message_holds_are_a_bad_answer(tmp_path: Path, body: str) -> None:
    async def ask(_: PollTarget) -> PollOutcome:
        return outcome(body=body)

    [event], _ = poll(tmp_path, ask, A)
    assert (event["outcome"]["kind"], event["complete"], event["payload"]) == ("bad_answer", False, [])


def test_what_breaks_the_poll_of_one_target_leaves_the_others(tmp_path: Path) -> None:
    async def ask(asked: PollTarget) -> PollOutcome:
        if asked.target_id == A:
            raise RuntimeError
        return outcome()

    [event], _ = poll(tmp_path, ask, A, B)
    assert event["target_id"] == str(B)


def test_a_target_that_has_not_changed_keeps_its_turn(tmp_path: Path) -> None:
    asked: list[int] = []

    async def ask(target: PollTarget) -> PollOutcome:
        asked.append(target.version)
        return outcome()

    async def run() -> None:
        poller = Poller(spool, counts, lambda: None, poll=ask, clock=lambda: NOON, random=AtOnce())
        for version in (1, 1, 2):
            poller.assign({A: target(A, version=version)})
            for _ in range(20):
                await asyncio.sleep(0)
        await poller.stop()

    counts, spool = Counts(), Spool(tmp_path / "spool.db", max_events=100, max_bytes=10**6)
    asyncio.run(run())
    spool.close()
    assert asked == [1, 2]


def test_a_target_is_asked_beside_its_turns_once_the_version_is_known(tmp_path: Path) -> None:
    asked: list[int] = []

    async def ask(target: PollTarget) -> PollOutcome:
        asked.append(target.version)
        return outcome()

    async def run() -> None:
        poller = Poller(spool, counts, lambda: None, poll=ask, clock=lambda: NOON, random=AtOnce())
        poller.assign({A: target(A, version=1)})
        poller.try_target(TrialWish(B, A, 2, NOON + timedelta(minutes=2)))
        poller.try_target(TrialWish(A, A, 1, NOON))  # nobody waits for it any more
        for version in (1, 2):
            for _ in range(20):
                await asyncio.sleep(0)
            poller.assign({A: target(A, version=version)})
        for _ in range(20):
            await asyncio.sleep(0)
        await poller.stop()

    counts, spool = Counts(), Spool(tmp_path / "spool.db", max_events=100, max_bytes=10**6)
    asyncio.run(run())
    events = [orjson.loads(each.body) for each in spool.oldest(limit=100, max_bytes=10**9)]
    spool.close()
    assert sorted(asked) == [1, 2, 2]
    assert [(event["kind"], event.get("trial_id")) for event in events].count(("trial", str(B))) == 1
    assert [event["kind"] for event in events].count("trial") == 1
