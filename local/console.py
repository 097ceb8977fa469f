"""What a person sees while the local cloud comes up: one line per step, with the time it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class Step:
    """One step under way; `outcome` becomes the line's text when it ends."""

    outcome: str = ""


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Time a step and print its line; a failed step says so and lets the error through."""
    current = Step()
    started = time.monotonic()
    if sys.stdout.isatty():
        print(f"  {title:<12} …", end="", flush=True)
    try:
        yield current
    except BaseException:
        _print_line(title, "failed", started)
        raise
    _print_line(title, current.outcome or "ready", started)


def note(text: str) -> None:
    """A line under the step that is under way, such as progress of something slow."""
    print(f"{_line_start()}      {text}", flush=True)


def _print_line(title: str, outcome: str, started: float) -> None:
    print(f"{_line_start()}  {title:<12} {outcome:<74} {time.monotonic() - started:6.1f} s", flush=True)


def _line_start() -> str:
    return "\r\033[K" if sys.stdout.isatty() else ""
