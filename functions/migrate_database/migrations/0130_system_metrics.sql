-- What the installation says of itself, once a minute, and what it takes to ask for it.

CREATE TABLE IF NOT EXISTS system_metrics (
    time    timestamptz NOT NULL,
    -- As in pulse.operations.system_metric.
    metric  text NOT NULL,
    -- Which queue, function, status or severity; empty where there is only one.
    subject text NOT NULL DEFAULT '',
    value   double precision NOT NULL
);
SELECT create_hypertable('system_metrics', by_range('time', INTERVAL '1 day'), create_default_indexes => false,
                         if_not_exists => true);
CREATE UNIQUE INDEX IF NOT EXISTS system_metrics_sample ON system_metrics (metric, subject, time DESC);
REVOKE ALL ON system_metrics FROM pulse_app, pulse_operator_read, pulse_operator_write;
GRANT SELECT, INSERT, UPDATE ON system_metrics TO pulse_ingest;
-- As with telemetry, nobody has a grant on the hypertable itself (docs/decisions/0003). No row is about a tenant.
CREATE OR REPLACE VIEW system_metric_samples WITH (security_barrier = true) AS
    SELECT time, metric, subject, value FROM system_metrics;
REVOKE ALL ON system_metric_samples FROM pulse_app;
GRANT SELECT ON system_metric_samples TO pulse_ingest, pulse_operator_read, pulse_operator_write;

-- All that the services' login may know of the server. Owners see what others run where they are members of
-- pg_read_all_stats, and else their own statements.
CREATE OR REPLACE FUNCTION pulse_database_figures()
RETURNS TABLE (connections bigint, connections_limit integer, size_bytes bigint, slow_statements bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*) FILTER (WHERE backend_type = 'client backend'),
           current_setting('max_connections')::integer,
           pg_database_size(current_database()),
           count(*) FILTER (WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()
                              AND query_start < clock_timestamp() - INTERVAL '1 second')
    FROM pg_stat_activity
$$;
REVOKE EXECUTE ON FUNCTION pulse_database_figures() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pulse_database_figures() TO pulse_ingest, pulse_operator_read;

-- The largest tables, chunks counted with their hypertable.
CREATE OR REPLACE FUNCTION pulse_largest_tables(most integer)
RETURNS TABLE (table_name text, size_bytes bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_catalog, pg_temp AS $$
    SELECT sizes.table_name, sizes.size_bytes
    FROM (
        SELECT hypertable_name::text AS table_name,
               hypertable_size(format('%I.%I', hypertable_schema, hypertable_name)::regclass) AS size_bytes
        FROM timescaledb_information.hypertables
        WHERE hypertable_schema = 'public'
        UNION ALL
        SELECT relname::text, pg_total_relation_size(oid)
        FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
          AND relname NOT IN (SELECT hypertable_name FROM timescaledb_information.hypertables)
    ) AS sizes
    ORDER BY sizes.size_bytes DESC, sizes.table_name
    LIMIT most
$$;
REVOKE EXECUTE ON FUNCTION pulse_largest_tables(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pulse_largest_tables(integer) TO pulse_operator_read;

-- Statements that cost most, if the server counts them. Their texts have $1 in the place of values.
DO $$
BEGIN
    IF 'pg_stat_statements' = ANY (string_to_array(replace(current_setting('shared_preload_libraries'), ' ', ''), ','))
       AND EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_stat_statements') THEN
        -- Where nobody else may look: a tenant's session would see what others ask.
        CREATE SCHEMA IF NOT EXISTS monitoring;
        CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA monitoring;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'pg_stat_statements is not installed: the owner may not do that';
END $$;
CREATE OR REPLACE FUNCTION pulse_costly_statements(most integer)
RETURNS TABLE (statement text, calls bigint, mean_milliseconds double precision, total_milliseconds double precision,
               rows_returned bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_catalog, pg_temp AS $$
DECLARE
    place text := (SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'pg_stat_statements');
BEGIN
    IF place IS NOT NULL THEN
        RETURN QUERY EXECUTE format($statement$
            SELECT left(query, 2000), sum(calls)::bigint, sum(total_exec_time) / sum(calls), sum(total_exec_time),
                   sum(rows)::bigint
            FROM %s.pg_stat_statements
            WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND calls > 0
            GROUP BY 1
            ORDER BY 4 DESC
            LIMIT $1
        $statement$, place) USING most;
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION pulse_costly_statements(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pulse_costly_statements(integer) TO pulse_operator_read;

-- What operators look at goes across tenants, by time.
CREATE INDEX IF NOT EXISTS alerts_opened ON alerts (opened_at DESC, alert_id DESC);
CREATE INDEX IF NOT EXISTS alerts_closed ON alerts (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS notification_attempts_started ON notification_attempts (started_at);
CREATE INDEX IF NOT EXISTS quarantine_counts_of_minute ON quarantine_counts (minute);

-- How many messages ingest has stored of each tenant since there is a tenant; rates and usage are differences of it.
ALTER TABLE ingest_usage
    ADD COLUMN IF NOT EXISTS messages bigint NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS readings bigint NOT NULL DEFAULT 0;

-- The installation is a tenant of its own: what is wrong with it is an alert there, told and escalated as any other
-- (docs/decisions/0030).
ALTER TABLE tenants NO FORCE ROW LEVEL SECURITY;
INSERT INTO tenants (tenant_id, name) VALUES ('platform', 'The platform itself') ON CONFLICT DO NOTHING;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
