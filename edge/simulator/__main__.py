"""`python -m edge.simulator`: connects a fleet to the broker and keeps it busy until stopped."""

import argparse
import asyncio
import logging
import secrets
import signal
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import httpx

from edge.simulator.assembly import FleetOptions, assemble_fleet
from edge.simulator.newcomers import Factory, bring_in
from edge.simulator.options import make_parser
from edge.simulator.rehearsal import invented_devices, rehearse
from edge.simulator.stack import Stack, StackError, read_api_url, read_stack

NEWCOMERS = 10
REHEARSED_SECONDS = 60.0
PATIENCE_SECONDS = 60.0

logger = logging.getLogger("simulator")


def main(arguments: Sequence[str] | None = None) -> int:
    options = make_parser().parse_args(arguments)
    seed = secrets.randbelow(1_000_000) if options.seed is None else options.seed
    fleet_options = FleetOptions(
        seed=seed,
        interval_seconds=options.interval,
        incident_every_seconds=options.incident_every,
        silence_every_seconds=options.silence,
        buffer_limit=options.buffer,
        conduct=options.profile,
        drop_rate=options.drop_rate,
    )
    if options.print:
        _print(options, fleet_options)
        return 0
    _log_to_standard_error()
    try:
        stack = _find_devices(options)
    except StackError as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 2
    logger.info(
        "fleet_started devices=%d broker=%s:%d profile=%s interval=%g seed=%d",
        len(stack.devices), stack.mqtt.host, stack.mqtt.port, options.profile, options.interval, seed,
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


def _find_devices(options: argparse.Namespace) -> Stack:
    """The stack's devices, or newcomers. Raises StackError."""
    if options.claim_token is not None:
        api_url = options.api or read_api_url(options.stack)
        factory = Factory(api_url, options.claim_token, options.prefix, options.folder)
        with httpx.Client(timeout=PATIENCE_SECONDS) as client:
            return bring_in(factory, options.devices or NEWCOMERS, client=client)
    stack = read_stack(options.stack)
    if options.devices is not None and options.devices > len(stack.devices):
        raise StackError(
            f"{options.stack} has {len(stack.devices)} devices; more bring themselves in with --claim-token."
        )
    return stack.model_copy(update={"devices": stack.devices[: options.devices]})


def _print(options: argparse.Namespace, fleet_options: FleetOptions) -> None:
    devices = invented_devices(options.devices or NEWCOMERS)
    seconds = REHEARSED_SECONDS if options.duration is None else options.duration
    for sent in rehearse(devices, fleet_options, started_at=options.start, seconds=seconds):
        print(sent.as_json())


def _log_to_standard_error() -> None:
    formatter = logging.Formatter("%(asctime)s %(levelname)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("httpx").setLevel(logging.WARNING)


if __name__ == "__main__":
    sys.exit(main())
