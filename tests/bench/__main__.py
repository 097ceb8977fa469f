"""`python -m tests.bench [name…]`: measure, and say how each figure stands to its yardstick.

Lines for people go to stderr, the same as JSON lines to stdout: `make -s bench > figures.jsonl` keeps them.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging import StreamHandler
from pathlib import Path

from pulse.logging import logger
from tests.bench import (
    alert_latency,
    alert_storm,
    application,
    authorizer,
    cold_start,
    command_fan_out,
    delivery_storm,
    device_search,
    export,
    ingest,
    ingest_end_to_end,
    layers,
    notify_latency,
    oncall,
    operator_reads,
    parse,
    simulated_fleet,
    sweep,
    telemetry_read,
    trap_rate,
)
from tests.bench.figure import Figure, UnavailableError

BENCHES: dict[str, Callable[[], Iterator[Figure]]] = {
    "layers": layers.measure,
    "cold_start": cold_start.measure,
    "authorizer": authorizer.measure,
    "ingest_core": ingest.measure_core,
    "ingest_duplicates": ingest.measure_duplicates,
    "ingest_rules": ingest.measure_rules,
    "ingest_noisy_tenant": ingest.measure_noisy_tenant,
    "ingest_end_to_end": ingest_end_to_end.measure,
    "operator_reads": operator_reads.measure,
    "oncall": oncall.measure,
    "parse": parse.measure,
    "telemetry_read": telemetry_read.measure,
    "export": export.measure,
    "trap_rate": trap_rate.measure,
    "device_search": device_search.measure_search,
    "import": device_search.measure_import,
    "command_fan_out": command_fan_out.measure,
    "simulated_fleet": simulated_fleet.measure,
    "sweep": sweep.measure,
    "transition_lateness": sweep.measure_lateness,
    "alert_latency": alert_latency.measure,
    "alert_storm": alert_storm.measure,
    "notify_latency": notify_latency.measure,
    "delivery_storm": delivery_storm.measure,
    "app_devices": application.measure_devices,
    "app_idle": application.measure_idle,
}


def main() -> int:
    """Measure what was named, or everything; 1 when something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"one of {', '.join(BENCHES)}; all without any")
    names = parser.parse_args().names or list(BENCHES)
    if unknown := set(names) - set(BENCHES):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    missing = False
    with _log_to_nowhere():
        for name in names:
            try:
                for figure in BENCHES[name]():
                    print(figure.as_line(), file=sys.stderr)
                    print(figure.as_json(), flush=True)
            except UnavailableError as error:
                print(f"{name}: {error}", file=sys.stderr)
                missing = True
    return int(missing)


@contextmanager
def _log_to_nowhere() -> Iterator[None]:
    """What functions log is made as ever, and not written: stdout is for figures."""
    output = logger.registered_handler
    assert isinstance(output, StreamHandler)
    with Path(os.devnull).open("w") as nowhere:
        log = output.setStream(nowhere)
        try:
            yield
        finally:
            output.setStream(log)


if __name__ == "__main__":
    sys.exit(main())
