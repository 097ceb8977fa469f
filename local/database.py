"""Brings up TimescaleDB in the first of three ways that works: an address given, a container, Debian's packages."""

import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from local import ports, postgresql_server, processes
from local.errors import LocalError
from local.instance import REPOSITORY, Instance, port_variable

_NAME = "pulse"
# The Community edition: what a deployment on Tiger Cloud has too. Not tried where Docker is absent.
_IMAGE = "timescale/timescaledb:2.19.3-pg17"


class Kind(StrEnum):
    """Who runs the database."""

    GIVEN = "given"
    CONTAINER = "container"
    PACKAGES = "packages"


def start(instance: Instance) -> str:
    """Have the database up, with the `timescaledb` extension; return the owner's URL.

    Raises LocalError when none of the ways works, saying what to do.
    """
    kind = _kind(instance)
    if kind is Kind.GIVEN:
        url = given_url(instance, os.environ)
        _ensure_database(url)
    else:
        password = _password(instance)
        url = f"postgresql://{postgresql_server.OWNER}:{password}@127.0.0.1:{instance.database_port}/{_NAME}"
        if kind is Kind.CONTAINER:
            _start_container(instance, password)
        else:
            postgresql_server.start(instance, password)
        _ensure_database(url)
    _ensure_extension(url)
    return url


def describe(instance: Instance, url: str) -> str:
    """One line on what is running, such as `PostgreSQL 17.11 with TimescaleDB 2.19.3 on 127.0.0.1:15432`."""
    with psycopg.connect(url, connect_timeout=5) as connection:
        row = connection.execute(
            "SELECT split_part(current_setting('server_version'), ' ', 1), extversion "
            "FROM pg_extension WHERE extname = 'timescaledb'"
        ).fetchone()
    assert row is not None
    address = urlsplit(url)
    place = f"{address.hostname}:{address.port or 5432}"
    return f"PostgreSQL {row[0]} with TimescaleDB {row[1]} on {place} ({_kind(instance)})"


def answers(url: str) -> bool:
    """Whether the database lets us in right now."""
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def stop(instance: Instance) -> bool:
    """Stop the database if it is one that we started; False when there was nothing to stop."""
    stopped = postgresql_server.stop(instance)
    if _container_exists(instance):
        subprocess.run(["docker", "stop", "--time", "30", _container(instance)], capture_output=True, check=False)
        return True
    return stopped


def forget(instance: Instance) -> None:
    """Delete the data of a stopped database. One that was given is emptied only when it is the test instance's."""
    postgresql_server.forget(instance)
    _password_file(instance).unlink(missing_ok=True)
    if _container_exists(instance):
        for command in (["rm", "--force", _container(instance)], ["volume", "rm", _container(instance)]):
            subprocess.run(["docker", *command], capture_output=True, check=False)
    if instance.is_disposable and _is_given(instance, os.environ):
        url = given_url(instance, os.environ)
        with psycopg.connect(_beside(url, "postgres"), autocommit=True, connect_timeout=5) as connection:
            name = sql.Identifier(urlsplit(url).path.lstrip("/"))
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {name} WITH (FORCE)").format(name=name))


def given_url(instance: Instance, environment: Mapping[str, str]) -> str:
    """The address in PULSE_DATABASE_URL. A test instance uses a database of its own beside it, named `…_test`.

    Database roles are shared by a whole server, so with one server for both, only one instance works at a time.
    PULSE_TEST_DATABASE_URL gives the test instance a server of its own. Raises LocalError when it is no address.
    """
    if instance.is_disposable and environment.get("PULSE_TEST_DATABASE_URL"):
        return environment["PULSE_TEST_DATABASE_URL"]
    url = environment["PULSE_DATABASE_URL"]
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.hostname or len(parts.path) < 2:
        message = "PULSE_DATABASE_URL must look like postgresql://user:password@host:port/database."
        raise LocalError(message)
    return _beside(url, f"{parts.path.lstrip('/')}_{instance.name}") if instance.is_disposable else url


def _is_given(instance: Instance, environment: Mapping[str, str]) -> bool:
    return bool(
        environment.get("PULSE_DATABASE_URL") or (instance.is_disposable and environment.get("PULSE_TEST_DATABASE_URL"))
    )


def _kind(instance: Instance) -> Kind:
    if _is_given(instance, os.environ):
        return Kind.GIVEN
    # Data that exists decides: starting Docker later must not make a database disappear.
    if (instance.database_folder / "PG_VERSION").exists() or processes.find(instance, postgresql_server.PROCESS):
        return Kind.PACKAGES
    return Kind.CONTAINER if docker_answers() else Kind.PACKAGES


def docker_answers() -> bool:
    """Whether a Docker engine is there, not just its command."""
    if shutil.which("docker") is None:
        return False
    try:
        answer = subprocess.run(["docker", "info"], capture_output=True, timeout=10, check=False)
    except subprocess.TimeoutExpired:
        return False
    return answer.returncode == 0


def _password(instance: Instance) -> str:
    """The owner's password, made once per data directory and kept beside it, readable for us alone."""
    file = _password_file(instance)
    if file.exists():
        return file.read_text().strip()
    password = secrets.token_hex(16)
    file.touch(mode=0o600)
    file.write_text(password)
    return password


def _password_file(instance: Instance) -> Path:
    return instance.folder / "database.password"


def _container(instance: Instance) -> str:
    return f"pulse-{instance.name}-{quote(REPOSITORY.name, safe='')}-database"


def _container_exists(instance: Instance) -> bool:
    return docker_answers() and bool(
        subprocess.run(
            ["docker", "ps", "--all", "--quiet", "--filter", f"name=^{_container(instance)}$"],
            capture_output=True,
            check=False,
        ).stdout.strip()
    )


def _start_container(instance: Instance, password: str) -> None:
    """Run TimescaleDB's own image, data in a named volume. (Follows the image's manual; no Docker to try it on.)"""
    name = _container(instance)
    if _container_exists(instance):
        command = ["docker", "start", name]
    else:
        ports.require_free(instance.database_port, "the database", port_variable(instance.name, "DATABASE"))
        command = ["docker", "run", "--detach", "--name", name, "--volume", f"{name}:/var/lib/postgresql/data"]
        command += ["--publish", f"127.0.0.1:{instance.database_port}:5432", "--shm-size", "256m"]
        command += ["--env", f"POSTGRES_USER={postgresql_server.OWNER}", "--env", "POSTGRES_PASSWORD"]
        command += ["--env", f"POSTGRES_DB={_NAME}", "--env", "TIMESCALEDB_TELEMETRY=off", _IMAGE]
        command += ["-c", "max_connections=200"]
    started = subprocess.run(
        command, env={**os.environ, "POSTGRES_PASSWORD": password}, capture_output=True, text=True, check=False
    )
    if started.returncode != 0:
        message = f"The database container did not start:\n{started.stderr}"
        raise LocalError(message)


def _ensure_database(url: str) -> None:
    """Create the database that the URL names when it is missing; wait for a server that is still starting."""
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            name = urlsplit(url).path.lstrip("/")
            if f'database "{name}" does not exist' in str(error):
                with psycopg.connect(_beside(url, "postgres"), autocommit=True, connect_timeout=5) as connection:
                    connection.execute(sql.SQL("CREATE DATABASE {name}").format(name=sql.Identifier(name)))
            elif "password authentication failed" in str(error) or time.monotonic() > deadline:
                message = f"The database does not let us in: {error}"
                raise LocalError(message) from error
            else:
                time.sleep(0.2)
        else:
            return


def _ensure_extension(url: str) -> None:
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
    except psycopg.Error as error:
        message = f"The database has no TimescaleDB: {error}"
        raise LocalError(message) from error


def _beside(url: str, database: str) -> str:
    """The same server and login, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
