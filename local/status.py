"""`make status`: is everything running, how much comes in, what is wrong."""

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import psutil
import psycopg
from botocore.exceptions import BotoCoreError, ClientError
from psycopg.rows import dict_row

from local import aws, database, emulator, function_logs, processes, simulator, stack_file, stack_resources
from local.deploy import stack_status
from local.errors import LocalError
from local.instance import Instance

_ERROR_LOOK_BACK_MILLISECONDS = 15 * 60 * 1000

# A message that holds several readings is one message and several rows.
_FLOW = """
    SELECT (SELECT count(DISTINCT (tenant_id, device_id, message_id)) FROM telemetry
            WHERE time > now() - INTERVAL '1 minute') AS accepted,
           (SELECT count(*) FROM telemetry WHERE time > now() - INTERVAL '1 minute') AS rows,
           (SELECT count(*) FROM quarantine_events WHERE received_at > now() - INTERVAL '1 minute') AS refused,
           (SELECT max(last_seen_at) FROM device_state) AS last_seen_at
"""
_DEVICES = """
    SELECT CASE lifecycle WHEN 'ACTIVE' THEN status ELSE lifecycle END AS status, count(*) AS devices
    FROM device_state JOIN devices USING (tenant_id, device_id)
    WHERE lifecycle <> 'DECOMMISSIONED'
    GROUP BY 1
    ORDER BY 1
"""
_ALERTS = """
    SELECT type, severity::text, count(*) AS alerts
    FROM alerts
    WHERE status <> 'CLOSED'
    GROUP BY type, severity
    ORDER BY severity DESC, type
"""


def show(instance: Instance, *, watch: bool) -> None:
    """Print the state once, or every two seconds until interrupted."""
    if not watch:
        print("\n".join(describe(instance)))
        return
    while True:
        lines = list(describe(instance))
        print("\033[2J\033[H" + "\n".join(lines), flush=True)
        time.sleep(2)


def describe(instance: Instance) -> Iterator[str]:
    """The lines of the status, each part on its own: what is broken does not hide the rest."""
    yield f"Pulse, instance {instance.name}, {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
    yield ""
    yield from _processes(instance)
    yield ""
    yield from _flow(instance)
    yield ""
    yield from _cloud(instance)


def _processes(instance: Instance) -> Iterator[str]:
    ready = {emulator.PROCESS: emulator.is_ready(instance)}
    with suppress(LocalError):
        ready["database"] = database.answers(stack_file.read(instance).database_url)
    for name in ("database", emulator.PROCESS, simulator.PROCESS):
        process = processes.find(instance, name)
        if process is None:
            yield f"  {name:<12} {'answers, run by somebody else' if ready.get(name) else 'not running'}"
            continue
        state = "" if ready.get(name, True) else ", DOES NOT ANSWER"
        yield f"  {name:<12} running{state}, {_vitals(process)}"


def _vitals(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        family = [process, *process.children(recursive=True)]
        memory = sum(_memory(member) for member in family) / 1_000_000
        minutes = (time.time() - process.create_time()) / 60
        others = f" and {len(family) - 1} more" if len(family) > 1 else ""
        return f"pid {process.pid}{others}, up {minutes:.0f} min, {memory:.0f} MB"
    return f"pid {process.pid}"


def _memory(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0


def _flow(instance: Instance) -> Iterator[str]:
    try:
        url = stack_file.read(instance).database_url
        with psycopg.connect(url, connect_timeout=3, row_factory=dict_row) as connection:
            flow = connection.execute(_FLOW).fetchone()
            devices = connection.execute(_DEVICES).fetchall()
            alerts = connection.execute(_ALERTS).fetchall()
    except (LocalError, psycopg.Error) as error:
        yield f"  telemetry    unknown: {str(error).strip().splitlines()[0]}"
        return
    assert flow is not None
    age = f"last message {_seconds_since(flow['last_seen_at'])} s ago" if flow["last_seen_at"] else "no message yet"
    yield f"  messages     {(flow['accepted'] + flow['refused']) / 60:.1f}/s in the last minute, {age}"
    yield f"  rows         {flow['rows'] / 60:.1f}/s written, {flow['refused']} messages refused"
    yield f"  devices      {_counts((row['status'], row['devices']) for row in devices)}"
    yield f"  alerts open  {_counts((f'{row["severity"]} {row["type"]}', row['alerts']) for row in alerts)}"


def _cloud(instance: Instance) -> Iterator[str]:
    try:
        yield f"  stack        {stack_status(instance) or 'not deployed'}"
        for name, url in sorted(stack_resources.resources_of_type(instance, "AWS::SQS::Queue").items()):
            yield f"  queue        {name:<28} {_depth(instance, url)}"
        yield f"  last error   {_last_error(instance)}"
    except (BotoCoreError, ClientError) as error:
        yield f"  cloud        unknown: {error}"


def _depth(instance: Instance, url: str) -> str:
    attributes = aws.queues(instance).get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    )["Attributes"]
    waiting = attributes["ApproximateNumberOfMessages"]
    return f"{waiting} waiting, {attributes['ApproximateNumberOfMessagesNotVisible']} in work"


def _last_error(instance: Instance) -> str:
    since = int(time.time() * 1000) - _ERROR_LOOK_BACK_MILLISECONDS
    lines = function_logs.read(instance, stack_resources.functions(instance), since)
    error = function_logs.last_error(lines)
    return function_logs.format_line(error) if error else "none in the last 15 minutes"


def _counts(pairs: Iterator[tuple[str, int]]) -> str:
    return ", ".join(f"{count} {name}" for name, count in pairs) or "none"


def _seconds_since(instant: datetime) -> int:
    return max(0, round((datetime.now(UTC) - instant).total_seconds()))
