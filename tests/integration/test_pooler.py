"""Sessions through a pooler in transaction mode: many clients on one server connection, and nothing is left on it."""

import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest
from psycopg.rows import DictRow, dict_row

from local.errors import LocalError
from pulse import clock
from pulse.alerts.sweeping.sweep import sweep
from pulse.database import Connection, ingest_session, operator_session, tenant_session
from pulse.database.connection import connect
from pulse.database.sessions import _BEGIN_SESSION
from pulse.settings import settings
from pulse.telemetry.ingest import ingest
from tests.builders import Fleet
from tests.integration.conftest import SCENARIO_DATABASE, sessions_to, with_database
from tests.integration.pooler import pooler_before
from tests.routes import apis
from tests.unit.api.gateway import CALLER, make_context, make_event

# What a session sets, as the login has it when it has set nothing.
_LEFT_OVER = """
    SELECT pg_backend_pid() AS pid, current_user::text AS role,
           coalesce(current_setting('app.tenant_id', true), '') AS tenant_id,
           current_setting('statement_timeout') AS statement_timeout,
           current_setting('lock_timeout') AS lock_timeout
"""


@pytest.fixture(scope="module")
def pooler(scenario_owner_url: str, service_url: str) -> Iterator[str]:
    assert scenario_owner_url
    try:
        with pooler_before(with_database(service_url, SCENARIO_DATABASE)) as url:
            yield url
    except LocalError as error:
        pytest.skip(f"PgBouncer can't be had on this machine: {error}")


@pytest.fixture
def pooled_database(pooler: str) -> Iterator[str]:
    """This process's sessions go through the pooler."""
    yield from sessions_to(pooler)


@pytest.fixture
def neighbour(pooler: str) -> Iterator[psycopg.Connection[DictRow]]:
    """Another client of the pooler, which sets nothing."""
    with psycopg.connect(pooler, autocommit=True, row_factory=dict_row, prepare_threshold=None) as connection:
        yield connection


def left_over(connection: psycopg.Connection[DictRow]) -> DictRow:
    row = connection.execute(_LEFT_OVER).fetchone()
    assert row is not None
    return row


def pid_of(connection: Connection) -> int:
    return int(left_over(connection)["pid"])


def test_two_clients_share_the_server_connection_and_nothing_else(
    pooled_database: str, neighbour: psycopg.Connection[DictRow]
) -> None:
    assert pooled_database
    clean = left_over(neighbour)
    assert (clean["role"], clean["tenant_id"]) == ("pulse_service", "")
    fleet = Fleet()
    with tenant_session(fleet.tenant_id) as connection:
        inside = left_over(connection)
    assert inside["pid"] == clean["pid"]
    assert (inside["role"], inside["tenant_id"]) == ("pulse_app", fleet.tenant_id)
    assert inside["statement_timeout"] != clean["statement_timeout"]
    assert left_over(neighbour) == clean
    with ingest_session() as connection:
        assert pid_of(connection) == clean["pid"]
    assert left_over(neighbour) == clean
    with operator_session(user_id="operator-1", reason="test", write=True) as connection:
        assert pid_of(connection) == clean["pid"]
    assert left_over(neighbour) == clean


def test_what_goes_wrong_leaves_nothing_either(
    pooled_database: str, neighbour: psycopg.Connection[DictRow], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pooled_database
    tenant_id = Fleet().tenant_id
    clean = left_over(neighbour)
    with pytest.raises(psycopg.errors.DivisionByZero), tenant_session(tenant_id) as connection:
        connection.execute("SELECT 1 / 0")
    assert left_over(neighbour) == clean
    monkeypatch.setenv("STATEMENT_TIMEOUT_MILLISECONDS", "100")
    settings.cache_clear()
    with pytest.raises(psycopg.errors.QueryCanceled), tenant_session(tenant_id) as connection:
        connection.execute("SELECT pg_sleep(5)")
    assert left_over(neighbour) == clean


def test_a_client_that_dies_within_its_transaction_leaves_nothing(
    pooled_database: str, neighbour: psycopg.Connection[DictRow]
) -> None:
    assert pooled_database
    fleet = Fleet()
    clean = left_over(neighbour)
    client = connect()
    client.execute(_BEGIN_SESSION, begin(fleet.tenant_id))
    client.execute("UPDATE sites SET name = 'half done'")
    client.close()
    seen = left_over(neighbour)
    assert {**seen, "pid": 0} == {**clean, "pid": 0}
    assert fleet.rows("SELECT name FROM sites") == [{"name": "Hall A"}]


def begin(tenant_id: str) -> dict[str, str]:
    return {"role": "pulse_app", "tenant_id": tenant_id, "statement_timeout": "5s", "lock_timeout": "5s"}


def test_many_clients_in_any_order_see_their_own_tenant_alone(pooled_database: str) -> None:
    assert pooled_database
    fleets = [Fleet() for _ in range(4)]

    def read(tenant_id: str) -> tuple[set[int], set[str]]:
        pids, seen = set(), set()
        order = random.Random(tenant_id)
        with closing(connect()) as client:
            for _ in range(25):
                client.execute(_BEGIN_SESSION, begin(tenant_id))
                for row in client.execute("SELECT tenant_id, pg_backend_pid() AS pid FROM sites").fetchall():
                    pids.add(row["pid"])
                    seen.add(row["tenant_id"])
                client.rollback() if order.random() < 0.3 else client.commit()
        return pids, seen

    with ThreadPoolExecutor(len(fleets)) as pool:
        results = list(pool.map(read, [fleet.tenant_id for fleet in fleets]))
    assert [seen for _, seen in results] == [{fleet.tenant_id} for fleet in fleets]
    assert len(set().union(*(pids for pids, _ in results))) == 1


def test_the_main_path_works_through_it(pooled_database: str) -> None:
    assert pooled_database
    fleet = Fleet()
    fleet.add_device()
    fleet.add_rule()
    ingest([fleet.message({"metrics": {"temp_c": 9}}), fleet.message(b"garbage")])
    sweep(clock.now(), budget=timedelta(seconds=5))
    caller = {**CALLER, "tenant_id": fleet.tenant_id}

    def get(path: str) -> dict[str, object]:
        answer = apis()["customer_api"].handle(make_event("GET", path, authorizer=caller), make_context())
        assert answer["statusCode"] == 200, answer
        document: dict[str, object] = json.loads(answer["body"])
        return document

    assert get("/customer/devices/freezer-1/telemetry/latest")["metrics"]
    assert get("/customer/alerts")["total"]
    assert get("/customer/devices")["total"] == 1
