-- Telemetry and what was refused.

CREATE EXTENSION IF NOT EXISTS timescaledb;

CREATE TABLE IF NOT EXISTS telemetry (
    time       timestamptz NOT NULL,
    tenant_id  text NOT NULL,
    device_id  text NOT NULL,
    message_id text NOT NULL,
    msg_type   text NOT NULL CHECK (msg_type IN ('telemetry', 'heartbeat')),
    seq        bigint,
    metrics    jsonb NOT NULL
);
SELECT create_hypertable('telemetry', by_range('time', INTERVAL '1 day'), create_default_indexes => false,
                         if_not_exists => true);
-- The read path of a device's history, and the proof against duplicates.
CREATE UNIQUE INDEX IF NOT EXISTS telemetry_reading ON telemetry (tenant_id, device_id, time DESC, message_id);

-- Row-level security and compression exclude each other on hypertables, and a grant on a hypertable leaks through its
-- chunks: tenants get no grant on it and read through this view (docs/decisions/0003).
REVOKE ALL ON telemetry FROM pulse_app, pulse_operator_read, pulse_operator_write;
GRANT SELECT, INSERT ON telemetry TO pulse_ingest;
CREATE OR REPLACE VIEW tenant_telemetry WITH (security_barrier = true) AS
    SELECT time, tenant_id, device_id, message_id, msg_type, seq, metrics
    FROM telemetry
    WHERE tenant_id = current_setting('app.tenant_id', true);
GRANT SELECT ON tenant_telemetry TO pulse_app;

-- Refused messages with their reason. The tenant is what the topic claims; it may not exist, or be missing.
CREATE TABLE IF NOT EXISTS quarantine_events (
    quarantine_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id    text NOT NULL UNIQUE,
    received_at   timestamptz NOT NULL,
    tenant_id     text,
    device_id     text,
    topic         text NOT NULL,
    principal     text NOT NULL DEFAULT '',
    reason        text NOT NULL,
    detail        text NOT NULL DEFAULT '',
    -- The first 4 KiB as they came: it may be no text at all.
    payload       bytea NOT NULL,
    payload_bytes integer NOT NULL
);
CREATE INDEX IF NOT EXISTS quarantine_of_tenant ON quarantine_events (tenant_id, received_at DESC);
SELECT pulse_isolate('quarantine_events', 'SELECT', 'SELECT, INSERT, DELETE');
