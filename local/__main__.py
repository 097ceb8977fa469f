"""`python -m local COMMAND`: what the Makefile's targets run."""

import argparse
import fcntl
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.exceptions import HTTPClientError

from local.errors import LocalError
from local.instance import Instance, chosen_instance


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what a person can put right ends with a sentence and exit code 1."""
    options = _parser().parse_args(arguments)
    try:
        _run(chosen_instance(), options)
    except LocalError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except (NoConnectionError, HTTPClientError):
        print("\nThe AWS emulator does not answer: try again if the machine is busy, or `make up`.", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130
    return 0


def _run(instance: Instance, options: argparse.Namespace) -> None:
    # Imported where they are used: `make token` need not load what `make up` does.
    match options.command:
        case "up":
            from local.up import bring_up

            with _alone(instance):
                bring_up(instance, with_simulator=not options.no_simulator)
        case "down":
            from local.down import take_down

            with _alone(instance):
                take_down(instance)
        case "reset":
            from local.down import forget

            with _alone(instance):
                forget(instance)
        case "status":
            from local.status import show

            show(instance, watch=options.watch)
        case "logs":
            from local import function_logs

            function_logs.show(instance, options.function)
        case "token" if options.device:
            from local.device_token import issue_device_token

            print(issue_device_token(instance, options.device))
        case "token":
            from local.access_token import fetch_access_token

            print(fetch_access_token(instance, options.email))


@contextmanager
def _alone(instance: Instance) -> Iterator[None]:
    """One command at a time changes an instance; a second one waits its turn."""
    instance.folder.mkdir(parents=True, exist_ok=True)
    with (instance.folder / "command.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("  another command is at work on this instance; waiting for it", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description="One machine as the cloud.")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="everything running, with demo data and simulated devices")
    up.add_argument("--no-simulator", action="store_true", help="leave the devices silent")
    commands.add_parser("down", help="stop what `up` started")
    commands.add_parser("reset", help="stop, and forget the data")
    status = commands.add_parser("status", help="health, rates, open alerts, last error")
    status.add_argument("--watch", action="store_true", help="keep updating")
    logs = commands.add_parser("logs", help="what the functions log")
    logs.add_argument("--function", metavar="NAME", help="one function, such as ingest_telemetry")
    token = commands.add_parser("token", help="print an access token")
    token.add_argument("--email", help="whose (default: the first tenant's admin)")
    token.add_argument("--device", metavar="TENANT/DEVICE", help="a token of that device instead, newly issued")
    return parser


if __name__ == "__main__":
    sys.exit(main())
