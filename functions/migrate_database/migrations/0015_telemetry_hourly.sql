-- Hourly summaries of telemetry, which outlive it, and the marks that say which of them have to be made anew.

CREATE TABLE IF NOT EXISTS telemetry_hourly (
    tenant_id text NOT NULL,
    device_id text NOT NULL,
    hour      timestamptz NOT NULL CHECK (hour = date_trunc('hour', hour, 'UTC')),
    -- {metric: {"count", "min", "max", "sum"}}; a boolean counts as 0 or 1. The numbers are exact decimals.
    metrics   jsonb NOT NULL
);
SELECT create_hypertable('telemetry_hourly', by_range('hour', INTERVAL '30 days'), create_default_indexes => false,
                         if_not_exists => true);
CREATE UNIQUE INDEX IF NOT EXISTS telemetry_hourly_summary ON telemetry_hourly (tenant_id, device_id, hour DESC);

-- As with telemetry itself, tenants read through a view (docs/decisions/0003).
REVOKE ALL ON telemetry_hourly FROM pulse_app, pulse_operator_read, pulse_operator_write;
GRANT SELECT, INSERT, UPDATE ON telemetry_hourly TO pulse_ingest;
CREATE OR REPLACE VIEW tenant_telemetry_hourly WITH (security_barrier = true) AS
    SELECT tenant_id, device_id, hour, metrics
    FROM telemetry_hourly
    WHERE tenant_id = current_setting('app.tenant_id', true);
GRANT SELECT ON tenant_telemetry_hourly TO pulse_app;

-- A device's hour that has readings which its summary doesn't know. Written with the readings, taken away with the
-- summary; as long as it is there the hour is read from the readings.
CREATE TABLE IF NOT EXISTS rollup_due (
    tenant_id text NOT NULL,
    device_id text NOT NULL,
    hour      timestamptz NOT NULL,
    due_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, device_id, hour)
);
CREATE INDEX IF NOT EXISTS rollup_due_next ON rollup_due (due_at);

-- Readings from before there were summaries. Row-level security comes after: it holds for the owner, too.
INSERT INTO rollup_due (tenant_id, device_id, hour, due_at)
SELECT DISTINCT tenant_id, device_id, date_trunc('hour', time, 'UTC'), now()
FROM telemetry
WHERE metrics <> '{}' AND NOT EXISTS (SELECT FROM telemetry_hourly)
ON CONFLICT DO NOTHING;
SELECT pulse_isolate('rollup_due', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE');

-- Housekeeping needs the owner's rights on hypertables. These are the two things it may do with them: the service
-- login has no others, and what is younger than a day it can't reach.
CREATE OR REPLACE FUNCTION pulse_drop_chunks(hypertable regclass, older_than timestamptz)
RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF older_than IS NULL OR older_than > now() - INTERVAL '1 day' THEN
        RAISE EXCEPTION 'nothing younger than a day is dropped' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN QUERY SELECT drop_chunks(hypertable, older_than => older_than);
END $$;
REVOKE EXECUTE ON FUNCTION pulse_drop_chunks(regclass, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pulse_drop_chunks(regclass, timestamptz) TO pulse_ingest;

CREATE OR REPLACE FUNCTION pulse_keep_policies(
    hypertable regclass, segment_by text, order_by text, compress_after interval, drop_after interval
)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- TimescaleDB's Community edition alone: compression and retention as its own background jobs, with these very numbers.
BEGIN
    IF least(compress_after, drop_after) < INTERVAL '1 day' THEN
        RAISE EXCEPTION 'nothing younger than a day is compressed or dropped'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF NOT EXISTS (
        SELECT FROM timescaledb_information.jobs
        WHERE format('%I.%I', hypertable_schema, hypertable_name)::regclass = hypertable
          AND proc_name = 'policy_compression'
          AND (config ->> 'compress_after')::interval = compress_after
    ) THEN
        EXECUTE format(
            'ALTER TABLE %s SET (timescaledb.compress, timescaledb.compress_segmentby = %L,
                                 timescaledb.compress_orderby = %L)', hypertable, segment_by, order_by);
        PERFORM remove_compression_policy(hypertable, if_exists => true);
        PERFORM add_compression_policy(hypertable, compress_after => compress_after);
    END IF;
    IF NOT EXISTS (
        SELECT FROM timescaledb_information.jobs
        WHERE format('%I.%I', hypertable_schema, hypertable_name)::regclass = hypertable
          AND proc_name = 'policy_retention'
          AND (config ->> 'drop_after')::interval = drop_after
    ) THEN
        PERFORM remove_retention_policy(hypertable, if_exists => true);
        PERFORM add_retention_policy(hypertable, drop_after => drop_after);
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION pulse_keep_policies(regclass, text, text, interval, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pulse_keep_policies(regclass, text, text, interval, interval) TO pulse_ingest;
