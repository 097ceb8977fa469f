"""What `python -m edge.simulator` can be told."""

import argparse
import math
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from edge.simulator.conduct import Conduct

SHORTEST_INTERVAL_SECONDS = 0.5


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m edge.simulator",
        description="Simulates devices, each over its own mTLS MQTT connection: those of stack.json, or any number "
        "that bring themselves in with a claim token. With --print nothing is connected: messages are written out.",
    )
    _add_fleet(parser.add_argument_group("which devices"))
    _add_conduct(parser.add_argument_group("how they conduct themselves"))
    _add_run(parser.add_argument_group("the run"))
    return parser


def _add_fleet(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--stack",
        type=Path,
        default=Path(".local/stack.json"),
        metavar="FILE",
        help="where `make up` wrote the stack (default: %(default)s)",
    )
    group.add_argument(
        "--devices", type=whole_number, metavar="N", help="how many (default: all of the stack, or 10 newcomers)"
    )
    group.add_argument(
        "--claim-token",
        metavar="TOKEN",
        help="let devices bring themselves in with this claim token, in place of the stack's; they keep their "
        "certificates in --folder and come back with them",
    )
    group.add_argument("--api", metavar="URL", help="where they do (default: the stack's)")
    group.add_argument(
        "--prefix", default="sim-", metavar="TEXT", help="how their ids begin, as the token asks (default: %(default)s)"
    )
    group.add_argument("--folder", type=Path, default=Path(".local/simulated"), metavar="FOLDER")


def _add_conduct(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--profile",
        type=Conduct,
        choices=list(Conduct),
        default=Conduct.LIVELY,
        metavar="NAME",
        help=f"{', '.join(Conduct)} (default: %(default)s)",
    )
    group.add_argument(
        "--drop-rate",
        type=_number(at_least=0.0, at_most=1.0),
        default=0.0,
        metavar="SHARE",
        help="share of messages that are lost on their way, from 0 to 1 (default: %(default)g)",
    )
    group.add_argument(
        "--interval",
        type=_number(at_least=SHORTEST_INTERVAL_SECONDS),
        default=5.0,
        metavar="SECONDS",
        help="between two readings of a device, give or take 10 %%; a device may send 5 messages a second "
        "(default: %(default)g)",
    )
    group.add_argument(
        "--incident-every",
        type=_number(at_least=0.0),
        default=1200.0,
        metavar="SECONDS",
        help="average time between the incidents of one lively device (20 to 40 s each), 0 for none; an alert that "
        "opens more than five times an hour counts as flapping (default: %(default)g)",
    )
    group.add_argument(
        "--silence",
        type=_number(at_least=0.0),
        default=10_800.0,
        metavar="SECONDS",
        help="average time after which a lively device goes silent for 3 to 6 minutes, none in the first 3 minutes "
        "and never more than two at once, 0 for none (default: %(default)g)",
    )
    group.add_argument(
        "--buffer",
        type=whole_number,
        default=1000,
        metavar="N",
        help="messages that a device keeps while it cannot deliver; beyond that the oldest "
        "are dropped (default: %(default)d)",
    )


def _add_run(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="repeat a fleet: same characters, incidents, faults, losses and silences; the seed of each run is in its "
        "first log line",
    )
    group.add_argument(
        "--duration",
        type=_number(at_least=0.0),
        metavar="SECONDS",
        help="stop by itself after this time (default: run until stopped; with --print a minute)",
    )
    group.add_argument(
        "--print",
        action="store_true",
        help="connect to nothing, wait for nothing, and write each message as a line of JSON; the same seed and start "
        "give the same lines",
    )
    group.add_argument(
        "--start",
        type=_instant,
        default=datetime(2026, 1, 1, tzinfo=UTC),
        metavar="INSTANT",
        help="when printed messages begin (default: %(default)s)",
    )


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant.replace(tzinfo=instant.tzinfo or UTC).astimezone(UTC)


def _number(*, at_least: float, at_most: float = math.inf) -> Callable[[str], float]:
    def number(text: str) -> float:
        value = float(text)
        if not math.isfinite(value) or not at_least <= value <= at_most:
            limit = f" and at most {at_most:g}" if math.isfinite(at_most) else ""
            raise argparse.ArgumentTypeError(f"must be a number of at least {at_least:g}{limit}")
        return value

    return number


def whole_number(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value
