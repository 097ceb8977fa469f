"""Coming back after a failure, and doing several things until one of them ends."""

import asyncio
from collections.abc import Coroutine
from random import Random
from typing import Any

LONGEST_BACKOFF_SECONDS = 30.0


class Backoff:
    """1, 2, 4 … 30 seconds, each shortened by up to a half so that a fleet does not return as one."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.failures = 0

    def next_seconds(self) -> float:
        longest = min(LONGEST_BACKOFF_SECONDS, 2.0 ** min(self.failures, 10))
        self.failures += 1
        return longest * self._random.uniform(0.5, 1.0)

    def reset(self) -> None:
        self.failures = 0


async def until_first(*steps: Coroutine[Any, Any, object]) -> None:
    """Runs the steps together until one of them ends, then cancels the others; its error is raised."""
    tasks = [asyncio.ensure_future(step) for step in steps]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
