"""`make logs`: what the functions log, oldest first, and as it comes when somebody watches."""

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from botocore.exceptions import ClientError

from local import aws, stack_resources
from local.errors import LocalError
from local.instance import Instance

_LOOK_BACK_MILLISECONDS = 10 * 60 * 1000
_LINES_OF_THE_PAST = 200
_NOISE = ("START RequestId:", "END RequestId:", "REPORT RequestId:", "INIT_START")
# Fields that a log line's head shows already, or that are the same in each line.
_KNOWN_FIELDS = {"level", "timestamp", "message", "service", "location", "function_arn", "function_name"}
_RUNTIME_FIELDS = {"cold_start", "function_memory_size", "function_request_id", "xray_trace_id"}
_TRACE_FIELDS = {"exception", "exception_name", "stack_trace"}  # the error itself is shown, the way to it is not


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of one function; `milliseconds` since 1970."""

    milliseconds: int
    event_id: str
    function: str
    text: str

    @property
    def is_error(self) -> bool:
        """Whether it tells of a failure: by its level, or as the runtime reports one."""
        if self.text.startswith("{"):
            return '"level":"ERROR"' in self.text or '"level":"CRITICAL"' in self.text
        return self.text.startswith(("[ERROR]", "Traceback")) or "Task timed out" in self.text


def show(instance: Instance, function: str | None) -> None:
    """Print the last ten minutes, then follow until interrupted if standard output is a terminal.

    Raises LocalError for a function that the stack doesn't have.
    """
    deployed = stack_resources.functions(instance)
    if function is not None and function not in deployed:
        message = f"There is no function {function}; there are {', '.join(sorted(deployed))}."
        raise LocalError(message)
    chosen = {function: deployed[function]} if function else deployed
    since = int(time.time() * 1000) - _LOOK_BACK_MILLISECONDS
    lines = [line for line in read(instance, chosen, since) if not line.text.startswith(_NOISE)]
    for line in lines[-_LINES_OF_THE_PAST:]:
        print(format_line(line))
    if sys.stdout.isatty():
        _follow(instance, chosen, lines, since)


def read(instance: Instance, functions: Mapping[str, str], since: int) -> list[LogLine]:
    """Lines of some functions since an instant (milliseconds since 1970), in order."""
    lines = [line for name, deployed in functions.items() for line in _read_one(instance, name, deployed, since)]
    return sorted(lines, key=lambda line: line.milliseconds)


def last_error(lines: Sequence[LogLine]) -> LogLine | None:
    """The newest error among lines in order; of a traceback its last line, which says what happened."""
    for index in range(len(lines) - 1, -1, -1):
        if lines[index].is_error:
            if not lines[index].text.startswith("Traceback"):
                return lines[index]
            rest = (line for line in lines[index + 1 :] if line.function == lines[index].function)
            return next((line for line in rest if not line.text.startswith((" ", "\n"))), lines[index])
    return None


def format_line(line: LogLine) -> str:
    """Time, function, and the line; of a structured one its level, message and what it adds."""
    at = datetime.fromtimestamp(line.milliseconds / 1000, UTC).strftime("%H:%M:%S")
    text = line.text.rstrip()
    if text.startswith("{"):
        try:
            fields = json.loads(text)
        except ValueError:
            fields = {}
        if "message" in fields:
            hidden = _KNOWN_FIELDS | _RUNTIME_FIELDS | _TRACE_FIELDS
            added = [f"{name}={_brief(value)}" for name, value in fields.items() if name not in hidden]
            error = str(fields.get("exception") or "").strip().splitlines()[-1:]
            text = " ".join([fields.get("level", ""), _brief(fields["message"]), *added, *error]).strip()
    return f"{at} {line.function:<18} {text}"


def _follow(instance: Instance, functions: Mapping[str, str], shown: list[LogLine], since: int) -> None:
    known = {line.event_id for line in shown}
    while True:
        time.sleep(1)
        # Workers hand in their lines late: a little of the past is read again each time.
        since = max(since, int(time.time() * 1000) - 30_000)
        for line in read(instance, functions, since):
            if line.event_id not in known and not line.text.startswith(_NOISE):
                known.add(line.event_id)
                print(format_line(line), flush=True)


def _read_one(instance: Instance, name: str, deployed: str, since: int) -> Iterator[LogLine]:
    pages = aws.logs(instance).get_paginator("filter_log_events")
    try:
        for page in pages.paginate(logGroupName=f"/aws/lambda/{deployed}", startTime=since):
            for event in page["events"]:
                event_id = event.get("eventId") or f"{event['timestamp']}{event['message']}"
                yield LogLine(event["timestamp"], event_id, name, event["message"])
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "ResourceNotFoundException":  # a function never called
            raise


def _brief(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 300 else f"{text[:299]}…"
