-- How many alerts may open for a tenant in a time. What is beyond that is held, as during maintenance, and one alert says
-- so.

INSERT INTO limits (name, description, default_rates, error)
VALUES ('alerts_tenant', 'Alerts that open for a tenant; what is beyond that is held back until there is room',
        '10000:3600', 'more alerts than may open for this organisation')
ON CONFLICT (name) DO NOTHING;

-- What a tenant has chosen for itself, within what the operator allows.
CREATE TABLE IF NOT EXISTS alert_limits (
    tenant_id       text PRIMARY KEY REFERENCES tenants,
    -- Null: nothing of its own.
    alerts_per_hour integer CHECK (alerts_per_hour BETWEEN 1 AND 1000000),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1
);
SELECT pulse_isolate('alert_limits', 'SELECT, INSERT, UPDATE', 'SELECT');

-- Both null: held by the limit, until there is room.
ALTER TABLE held_openings ALTER COLUMN window_id DROP NOT NULL, ALTER COLUMN release_at DROP NOT NULL;
ALTER TABLE held_openings DROP CONSTRAINT IF EXISTS held_openings_reason;
ALTER TABLE held_openings ADD CONSTRAINT held_openings_reason CHECK ((window_id IS NULL) = (release_at IS NULL));
CREATE INDEX IF NOT EXISTS held_openings_by_limit ON held_openings (tenant_id) WHERE window_id IS NULL;
CREATE INDEX IF NOT EXISTS alerts_live_of_limit ON alerts (tenant_id) WHERE type = 'ALERT_LIMIT' AND status <> 'CLOSED';
