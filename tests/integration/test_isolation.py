"""No tenant ever sees another's data: proven for every table and view that the catalogue knows, not for a list."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import DictRow, dict_row

from pulse.database import operator_session, tenant_session
from tests.integration.tenants_with_everything import tenants

__all__ = ["tenants"]


# Tables of the whole installation that hold nothing of a tenant.
WITHOUT_TENANT = {"ingest_begun", "ingest_progress", "limits", "operator_keys", "schema_migrations", "usage_prices"}


class Catalogue:
    """What the owner's catalogue says of the public schema."""

    def __init__(self, connection: psycopg.Connection[DictRow]) -> None:
        self._connection = connection

    def names(self, query: str) -> list[str]:
        return [row["name"] for row in self._connection.execute(query.encode()).fetchall()]

    def tables(self) -> list[str]:
        """Every table but hypertables."""
        return self.names(
            """
            SELECT relname AS name
            FROM pg_class
            WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
              AND relname NOT IN (SELECT hypertable_name FROM timescaledb_information.hypertables)
            ORDER BY 1
            """
        )

    def hypertables(self) -> list[str]:
        return self.names("SELECT hypertable_name AS name FROM timescaledb_information.hypertables ORDER BY 1")

    def visible_to_tenants(self) -> list[str]:
        """Every table and view that pulse_app may read."""
        return self.names(
            """
            SELECT relname AS name
            FROM pg_class
            WHERE relkind IN ('r', 'p', 'v', 'm') AND relnamespace = 'public'::regnamespace
              AND has_table_privilege('pulse_app', oid, 'SELECT')
            ORDER BY 1
            """
        )

    def written_columns(self, table: str) -> sql.Composed:
        """The columns of a table but those that are generated."""
        rows = self._connection.execute(
            """
            SELECT column_name AS name
            FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'
            """,
            (table,),
        )
        return sql.SQL(", ").join(sql.Identifier(row["name"]) for row in rows)

    def row_as_json(self, table: str, tenant_id: str) -> str:
        query = sql.SQL("SELECT to_jsonb(t)::text AS row FROM {} AS t WHERE tenant_id = %s LIMIT 1")
        row = self._connection.execute(query.format(sql.Identifier(table)), (tenant_id,)).fetchone()
        assert row is not None, f"{table} has no row of a tenant: give the fixture one"
        return str(row["row"])


@pytest.fixture
def catalogue(scenario_owner_url: str) -> Iterator[Catalogue]:
    with psycopg.connect(scenario_owner_url, autocommit=True, row_factory=dict_row) as connection:
        yield Catalogue(connection)


def test_every_table_with_a_tenant_forces_row_level_security(catalogue: Catalogue) -> None:
    unprotected = catalogue.names(
        """
        SELECT relname AS name
        FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
          AND NOT (relrowsecurity AND relforcerowsecurity)
          AND relname NOT IN (SELECT hypertable_name FROM timescaledb_information.hypertables)
        """
    )
    assert set(unprotected) == WITHOUT_TENANT


def test_every_policy_for_tenants_checks_reading_and_writing(catalogue: Catalogue) -> None:
    lax = catalogue.names(
        """
        SELECT tablename AS name
        FROM pg_policies
        WHERE 'pulse_app' = ANY(roles)
          AND (qual NOT LIKE '%app.tenant_id%' OR with_check NOT LIKE '%app.tenant_id%')
        """
    )
    assert lax == []


@pytest.mark.usefixtures("tenants")
def test_tenants_and_operators_have_no_grant_on_hypertables_or_their_chunks(catalogue: Catalogue) -> None:
    assert catalogue.hypertables() == ["system_metrics", "telemetry", "telemetry_hourly"]
    assert catalogue.names("SELECT chunk_name AS name FROM timescaledb_information.chunks") != []
    granted = catalogue.names(
        """
        SELECT grantee || ' on ' || table_name AS name
        FROM information_schema.role_table_grants
        WHERE grantee IN ('pulse_app', 'pulse_operator_read', 'pulse_operator_write', 'pulse_service', 'PUBLIC')
          AND (table_name IN (SELECT hypertable_name FROM timescaledb_information.hypertables)
               OR table_name IN (SELECT chunk_name FROM timescaledb_information.chunks))
        """
    )
    assert granted == []


def test_every_view_for_tenants_is_a_security_barrier(catalogue: Catalogue) -> None:
    leaky = catalogue.names(
        """
        SELECT relname AS name
        FROM pg_class
        WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace
          AND has_table_privilege('pulse_app', oid, 'SELECT')
          AND NOT coalesce('security_barrier=true' = ANY(reloptions), false)
        """
    )
    assert leaky == []


def test_without_a_tenant_nothing_is_seen(
    catalogue: Catalogue, tenants: tuple[str, str], scenario_database: str
) -> None:
    assert tenants
    with psycopg.connect(scenario_database, row_factory=dict_row) as connection:
        connection.execute("SET LOCAL ROLE pulse_app")
        for name in set(catalogue.visible_to_tenants()) - WITHOUT_TENANT:
            query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
            assert connection.execute(query).fetchone() == {"count": 0}, name


def test_a_tenant_sees_its_own_rows_and_none_of_another(catalogue: Catalogue, tenants: tuple[str, str]) -> None:
    own, other = tenants
    with tenant_session(own) as connection:
        for name in set(catalogue.visible_to_tenants()) - WITHOUT_TENANT:
            query = sql.SQL(
                """
                SELECT count(*) FILTER (WHERE tenant_id = %(own)s) AS own,
                       count(*) FILTER (WHERE tenant_id = %(other)s) AS other,
                       count(*) AS total
                FROM {}
                """
            ).format(sql.Identifier(name))
            counts = connection.execute(query, {"own": own, "other": other}).fetchone()
            assert counts is not None
            assert counts["own"] > 0, f"{name} has no row of the tenant: give the fixture one"
            assert (counts["other"], counts["total"]) == (0, counts["own"]), name


def test_a_row_of_another_tenant_is_refused(catalogue: Catalogue, tenants: tuple[str, str]) -> None:
    own, other = tenants
    for table in set(catalogue.tables()) - WITHOUT_TENANT:
        row = catalogue.row_as_json(table, other)
        with pytest.raises(psycopg.errors.InsufficientPrivilege), tenant_session(own) as connection:
            connection.execute(
                sql.SQL(
                    """
                    INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
                    SELECT {columns} FROM jsonb_populate_record(NULL::{table}, %s)
                    """
                ).format(table=sql.Identifier(table), columns=catalogue.written_columns(table)),
                (row,),
            )


def test_rows_of_another_tenant_cannot_be_changed(tenants: tuple[str, str]) -> None:
    own, other = tenants
    with tenant_session(own) as connection:
        assert connection.execute("UPDATE devices SET name = 'x' WHERE tenant_id = %s", (other,)).rowcount == 0
        assert connection.execute("DELETE FROM alert_rules WHERE tenant_id = %s", (other,)).rowcount == 0


def test_the_login_itself_sees_no_table(catalogue: Catalogue, scenario_database: str) -> None:
    for table in [*catalogue.tables(), *catalogue.hypertables(), *catalogue.visible_to_tenants()]:
        with psycopg.connect(scenario_database) as connection:
            if table in WITHOUT_TENANT:
                continue
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(sql.Identifier(table)))


def test_no_role_of_ours_can_step_over_row_level_security(catalogue: Catalogue) -> None:
    assert catalogue.names(
        """
        SELECT rolname AS name
        FROM pg_roles
        WHERE rolname LIKE 'pulse\\_%' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)
        """
    ) == []  # fmt: skip


def test_an_operator_reads_across_tenants_and_leaves_an_audit_row(tenants: tuple[str, str]) -> None:
    with operator_session(user_id="operator-7", reason="devices.list") as connection:
        rows = connection.execute("SELECT DISTINCT tenant_id FROM devices").fetchall()
        assert set(tenants) <= {row["tenant_id"] for row in rows}
    with operator_session(user_id="operator-8", reason="audit.read") as connection:
        [entry] = connection.execute("SELECT action, cross_tenant FROM audit_log WHERE actor = 'operator-7'").fetchall()
    assert entry == {"action": "devices.list", "cross_tenant": True}


def test_a_reading_operator_cannot_write(tenants: tuple[str, str]) -> None:
    assert tenants
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        operator_session(user_id="operator-7", reason="devices.list") as connection,
    ):
        connection.execute("UPDATE devices SET name = 'x'")


@pytest.mark.parametrize("table", ["audit_log", "alert_timeline"])
def test_history_can_be_added_to_and_not_rewritten(tenants: tuple[str, str], table: str) -> None:
    for statement in ("UPDATE {} SET tenant_id = tenant_id", "DELETE FROM {}"):
        query = sql.SQL(statement).format(sql.Identifier(table))
        with pytest.raises(psycopg.errors.InsufficientPrivilege), tenant_session(tenants[0]) as connection:
            connection.execute(query)
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            operator_session(user_id="operator-9", reason="test", write=True) as operator,
        ):
            operator.execute(query)


def test_a_tenants_filter_on_telemetry_is_pushed_down_to_the_index(tenants: tuple[str, str]) -> None:
    with tenant_session(tenants[0]) as connection:
        connection.execute("SET LOCAL enable_seqscan = off")
        plan = connection.execute(
            "EXPLAIN SELECT * FROM tenant_telemetry WHERE device_id = 'freezer-1' AND time > '2037-11-20'"
        ).fetchall()
    text = "\n".join(row["QUERY PLAN"] for row in plan)
    assert "Index Cond" in text
    assert "app.tenant_id" in text
