"""Sessions: one transaction each, nothing of it left behind, and a connection that heals."""

import psycopg
import pytest

from pulse.database import Connection, ingest_session, operator_session, sessions, tenant_session
from pulse.settings import settings
from tests.builders import Fleet


def who(connection: Connection) -> tuple[str, str]:
    row = connection.execute(
        "SELECT current_user::text AS role, coalesce(current_setting('app.tenant_id', true), '') AS tenant"
    ).fetchone()
    assert row is not None
    return row["role"], row["tenant"]


def test_each_kind_of_session_has_its_own_role(fleet: Fleet) -> None:
    with tenant_session(fleet.tenant_id) as connection:
        assert who(connection) == ("pulse_app", fleet.tenant_id)
    with ingest_session() as connection:
        assert who(connection) == ("pulse_ingest", "")
    with operator_session(user_id="o", reason="test") as connection:
        assert who(connection) == ("pulse_operator_read", "")
    with operator_session(user_id="o", reason="test", write=True) as connection:
        assert who(connection) == ("pulse_operator_write", "")


def test_role_and_tenant_end_with_the_transaction(fleet: Fleet) -> None:
    with tenant_session(fleet.tenant_id) as connection:
        pass
    assert who(connection) == ("pulse_service", "")
    connection.rollback()


def test_what_fails_leaves_nothing_and_the_next_session_works(fleet: Fleet) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero), tenant_session(fleet.tenant_id) as connection:
        connection.execute("WITH changed AS (UPDATE sites SET name = 'changed' RETURNING 1) SELECT 1 / 0 FROM changed")
    assert fleet.rows("SELECT name FROM sites") == [{"name": "Hall A"}]


def test_sessions_do_not_nest(fleet: Fleet) -> None:
    with tenant_session(fleet.tenant_id), pytest.raises(RuntimeError, match="do not nest"), ingest_session():
        pytest.fail("a session opened within another")


def test_a_tenant_session_needs_a_tenant(scenario_database: str) -> None:
    assert scenario_database
    with pytest.raises(ValueError, match="tenant id"), tenant_session(""):
        pytest.fail("a session opened without a tenant")


def test_a_connection_that_died_is_replaced(fleet: Fleet, scenario_owner_url: str) -> None:
    with tenant_session(fleet.tenant_id) as connection:
        row = connection.execute("SELECT pg_backend_pid() AS pid").fetchone()
    assert row is not None
    with psycopg.connect(scenario_owner_url, autocommit=True) as owner:
        owner.execute("SELECT pg_terminate_backend(%s)", (row["pid"],))
    assert fleet.rows("SELECT name FROM sites") == [{"name": "Hall A"}]


def test_a_statement_is_cut_off_at_its_timeout(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATEMENT_TIMEOUT_MILLISECONDS", "100")
    settings.cache_clear()
    with pytest.raises(psycopg.errors.QueryCanceled), tenant_session(fleet.tenant_id) as connection:
        connection.execute("SELECT pg_sleep(5)")
    settings.cache_clear()


def test_an_operator_without_an_audit_row_reads_nothing(scenario_database: str, scenario_owner_url: str) -> None:
    assert scenario_database
    with psycopg.connect(scenario_owner_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE audit_log ADD CONSTRAINT no_more CHECK (actor <> 'operator-13')")
        try:
            with (
                pytest.raises(psycopg.errors.CheckViolation),
                operator_session(user_id="operator-13", reason="devices.list"),
            ):
                pytest.fail("the session must not open")
        finally:
            owner.execute("ALTER TABLE audit_log DROP CONSTRAINT no_more")


def test_a_session_that_could_not_begin_does_not_stop_the_next(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(sessions, "_BEGIN_SESSION", "SELECT set_config('role', 'no_such_role', true)")
        with pytest.raises(psycopg.errors.InvalidParameterValue), tenant_session(fleet.tenant_id):
            pytest.fail("the session must not open")
    assert fleet.rows("SELECT name FROM sites") == [{"name": "Hall A"}]
