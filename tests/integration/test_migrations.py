"""Migrations: forward-only, once each, and harmless to what is there."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest

from pulse.database.migrations import MigrationChangedError, apply_migrations, read_migrations
from tests.builders import Fleet
from tests.integration.conftest import MIGRATIONS, with_database
from tests.integration.stack import Stack


@pytest.fixture
def empty_database(stack: Stack) -> Iterator[str]:
    name = f"pulse_empty_{os.getpid()}"
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield with_database(stack.database_url, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_an_empty_database_gets_every_migration_once(empty_database: str) -> None:
    migrations = read_migrations(MIGRATIONS)
    assert apply_migrations(empty_database, migrations) == [migration.name for migration in migrations]
    assert apply_migrations(empty_database, migrations) == []


def test_every_file_may_run_again_over_a_database_with_data(fleet: Fleet, scenario_owner_url: str) -> None:
    fleet.add_device()
    fleet.add_rule()
    with psycopg.connect(scenario_owner_url) as owner:
        # An older file allows fewer kinds of these than the newest; what other tests have left of them is not its data.
        owner.execute("TRUNCATE notification_routing_rules, notification_jobs CASCADE")
        for migration in read_migrations(MIGRATIONS):
            owner.execute(migration.statements.encode())
    assert fleet.rows("SELECT device_id FROM devices") == [{"device_id": "freezer-1"}]


def test_two_migrators_at_once_take_turns(empty_database: str) -> None:
    migrations = read_migrations(MIGRATIONS)
    with ThreadPoolExecutor(2) as pool:
        applied = list(pool.map(lambda _: apply_migrations(empty_database, migrations), range(2)))
    assert sorted(applied[0] + applied[1]) == [migration.name for migration in migrations]


def test_an_applied_migration_that_was_edited_is_refused(scenario_owner_url: str) -> None:
    migrations = read_migrations(MIGRATIONS)
    edited = [replace(migrations[0], statements=migrations[0].statements + "-- edited"), *migrations[1:]]
    with pytest.raises(MigrationChangedError, match=migrations[0].name):
        apply_migrations(scenario_owner_url, edited)


def test_a_migration_that_fails_leaves_those_before_it_and_nothing_of_itself(empty_database: str) -> None:
    migrations = read_migrations(MIGRATIONS)
    broken = replace(migrations[1], statements="CREATE TABLE half_done (id int); SELECT 1/0;")
    with pytest.raises(psycopg.errors.DivisionByZero):
        apply_migrations(empty_database, [migrations[0], broken])
    with psycopg.connect(empty_database) as owner:
        assert owner.execute("SELECT to_regclass('half_done')").fetchone() == (None,)
        assert owner.execute("SELECT name FROM schema_migrations").fetchall() == [(migrations[0].name,)]


def test_the_deployed_function_answers_what_it_applied(stack: Stack) -> None:
    names = [migration.name for migration in read_migrations(MIGRATIONS)]
    answer = stack.invoke("MigrateDatabaseFunction")
    # Policies that it has renewed are those of whatever tenants other tests have made.
    assert (answer["applied"], answer["version"]) == ([], names[-1])
