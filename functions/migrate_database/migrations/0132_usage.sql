-- What each tenant uses, by hour, and what that may be worth.

CREATE TABLE IF NOT EXISTS usage_hourly (
    tenant_id     text NOT NULL REFERENCES tenants,
    hour          timestamptz NOT NULL CHECK (hour = date_trunc('hour', hour, 'UTC')),
    messages      bigint NOT NULL DEFAULT 0,
    readings      bigint NOT NULL DEFAULT 0,
    notifications bigint NOT NULL DEFAULT 0,
    api_calls     bigint NOT NULL DEFAULT 0,
    -- What the tenant's telemetry took in that hour: a share of the table's size, by readings.
    stored_bytes  bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, hour)
);
CREATE INDEX IF NOT EXISTS usage_hourly_of_hour ON usage_hourly (hour);
SELECT pulse_isolate('usage_hourly', 'SELECT', 'SELECT, INSERT, UPDATE');

-- Where the counters of ingest_usage stood when they were read last.
CREATE TABLE IF NOT EXISTS usage_meters (
    tenant_id text PRIMARY KEY REFERENCES tenants,
    messages  bigint NOT NULL,
    readings  bigint NOT NULL
);
SELECT pulse_isolate('usage_meters', '', 'SELECT, INSERT, UPDATE');

CREATE TABLE IF NOT EXISTS usage_prices (
    item     text PRIMARY KEY CHECK (item IN ('messages', 'readings', 'notifications', 'api_calls', 'storage')),
    price    numeric(12, 6) NOT NULL CHECK (price >= 0),
    -- For so many of it; of storage for so many bytes over a month of 730 hours.
    per      bigint NOT NULL CHECK (per > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    version  integer NOT NULL DEFAULT 1
);
REVOKE ALL ON usage_prices FROM pulse_app, pulse_ingest, pulse_operator_read, pulse_operator_write;
GRANT SELECT ON usage_prices TO pulse_operator_read;
GRANT SELECT, UPDATE ON usage_prices TO pulse_operator_write;
-- A beginning, in the order of what the cloud's own services cost; operators set what holds for them.
INSERT INTO usage_prices (item, price, per, currency)
VALUES ('messages', 1.50, 1000000, 'USD'),
       ('readings', 0.20, 1000000, 'USD'),
       ('notifications', 0.10, 1000, 'USD'),
       ('api_calls', 2.00, 1000000, 'USD'),
       ('storage', 0.25, 1073741824, 'USD')
ON CONFLICT (item) DO NOTHING;

-- Size and rows of all telemetry: what a reading takes on average. Rows are an estimate of the planner's.
CREATE OR REPLACE FUNCTION pulse_telemetry_size()
RETURNS TABLE (size_bytes bigint, readings bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_catalog, pg_temp AS $$
    SELECT hypertable_size('telemetry'), approximate_row_count('telemetry')
$$;
REVOKE EXECUTE ON FUNCTION pulse_telemetry_size() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pulse_telemetry_size() TO pulse_ingest;
