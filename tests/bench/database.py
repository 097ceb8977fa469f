"""A database of its own for a benchmark, beside that of a running stack (`make up`, or another by PULSE_INSTANCE)."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import psycopg

from local.instance import chosen_instance
from pulse.database.migrations import apply_migrations, read_migrations
from pulse.database.sessions import close_connection
from pulse.devices.known_devices import forget_devices
from pulse.limits.many_tenants import forget_rates
from pulse.settings import settings
from pulse.telemetry.rollup import forget_marks
from pulse.telemetry.store import forget_repeats
from tests.bench.figure import UnavailableError

_DATABASE: Final = f"pulse_bench_{os.getpid()}"
# What functions ask for, and what the benchmarks never get to.
_UNUSED: Final = dict.fromkeys(("DATABASE_SECRET_ARN", "EVENT_BUS_NAME", "TELEMETRY_QUEUE_URL"), "unused")
_DURABLE: Final = ("fsync", "full_page_writes")
_MIGRATIONS: Final = Path(__file__).parents[2] / "functions" / "migrate_database" / "migrations"


@contextmanager
def fresh_database(**environment: str) -> Iterator[str]:
    """The owner's address of a freshly migrated database, to which this process's sessions go meanwhile.

    `environment` holds further settings for that time. The database and its files are gone afterwards.
    """
    instance = chosen_instance(os.environ)
    if not instance.stack_file.exists():
        message = "needs a stack that is up: `make bench` brings one up"
        raise UnavailableError(message)
    server = json.loads(instance.stack_file.read_text())["database_url"]
    owner_url = urlunsplit((*urlsplit(server)[:2], f"/{_DATABASE}", "", ""))
    before = dict(os.environ)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {_DATABASE}".encode())
        try:
            # A test instance's server does not wait for the disk; here it shall, as a real one does.
            for setting in _DURABLE:
                connection.execute(f"ALTER SYSTEM SET {setting} = on".encode())
            connection.execute("SELECT pg_reload_conf()")
            apply_migrations(owner_url, read_migrations(_MIGRATIONS))
            # The roles are set for each transaction, whoever has logged in.
            os.environ |= _UNUSED | {"DATABASE_URL": owner_url} | environment
            _forget()
            yield owner_url
        finally:
            os.environ.clear()
            os.environ.update(before)
            _forget()
            for setting in _DURABLE:
                connection.execute(f"ALTER SYSTEM RESET {setting}".encode())
            connection.execute("SELECT pg_reload_conf()")
            connection.execute(f"DROP DATABASE {_DATABASE} WITH (FORCE)".encode())


def _forget() -> None:
    close_connection()
    settings.cache_clear()
    forget_devices()
    forget_rates()
    forget_marks()
    forget_repeats()
