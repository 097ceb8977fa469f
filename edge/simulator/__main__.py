"""`python -m edge.simulator`: connects a fleet to the broker and keeps it busy until stopped."""

import argparse
import asyncio
import logging
import math
import secrets
import signal
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from edge.simulator.assembly import FleetOptions, assemble_fleet
from edge.simulator.stack import Stack, StackError, read_stack

SHORTEST_INTERVAL_SECONDS = 0.5

logger = logging.getLogger("simulator")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    _log_to_standard_error()
    try:
        stack = read_stack(options.stack)
    except StackError as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 2
    stack = stack.model_copy(update={"devices": stack.devices[: options.devices]})
    seed = secrets.randbelow(1_000_000) if options.seed is None else options.seed
    fleet_options = FleetOptions(
        seed=seed,
        interval_seconds=options.interval,
        incident_every_seconds=options.incident_every,
        silence_every_seconds=options.silence,
        buffer_limit=options.buffer,
    )
    logger.info(
        "fleet_started devices=%d broker=%s:%d interval=%g seed=%d",
        len(stack.devices), stack.mqtt.host, stack.mqtt.port, options.interval, seed,
    )  # fmt: skip
    asyncio.run(simulate(stack, fleet_options, duration_seconds=options.duration))
    return 0


async def simulate(stack: Stack, options: FleetOptions, *, duration_seconds: float | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if duration_seconds is not None:
        loop.call_later(duration_seconds, stop.set)
    await assemble_fleet(stack, options, clock=lambda: datetime.now(UTC)).run(stop)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m edge.simulator",
        description="Simulates the devices of stack.json, each over its own mTLS MQTT connection: values "
        "that move like real ones, incidents that open and close alerts, silences that end.",
    )
    add = parser.add_argument
    add(
        "--stack",
        type=Path,
        default=Path(".local/stack.json"),
        metavar="FILE",
        help="where `make up` wrote the stack (default: %(default)s)",
    )
    add(
        "--interval",
        type=_number(at_least=SHORTEST_INTERVAL_SECONDS),
        default=5.0,
        metavar="SECONDS",
        help="between two readings of a device, give or take 10 %%; a device may send 5 messages a second "
        "(default: %(default)g)",
    )
    add(
        "--devices",
        type=whole_number,
        metavar="N",
        help="simulate only the first N devices of the stack (default: all)",
    )
    add(
        "--duration",
        type=_number(at_least=0.0),
        metavar="SECONDS",
        help="stop by itself after this time (default: run until stopped)",
    )
    add("--seed", type=int, metavar="N", help="repeat a fleet: same characters, incidents and silences; the "
        "seed of each run is in its first log line")  # fmt: skip
    add(
        "--incident-every",
        type=_number(at_least=0.0),
        default=120.0,
        metavar="SECONDS",
        help="average time between the incidents of one device (20 to 40 s each), 0 for none (default: %(default)g)",
    )
    add(
        "--silence",
        type=_number(at_least=0.0),
        default=10_800.0,
        metavar="SECONDS",
        help="average time after which a device goes silent for 3 to 6 minutes, none in the first 3 minutes "
        "and never more than two at once, 0 for none (default: %(default)g)",
    )
    add(
        "--buffer",
        type=whole_number,
        default=1000,
        metavar="N",
        help="messages that a device keeps while it cannot deliver; beyond that the oldest "
        "are dropped (default: %(default)d)",
    )
    return parser


def _number(*, at_least: float) -> Callable[[str], float]:
    def number(text: str) -> float:
        value = float(text)
        if not math.isfinite(value) or value < at_least:
            raise argparse.ArgumentTypeError(f"must be a number of at least {at_least:g}")
        return value

    return number


def whole_number(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _log_to_standard_error() -> None:
    formatter = logging.Formatter("%(asctime)s %(levelname)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler])


if __name__ == "__main__":
    sys.exit(main())
