-- Exports: what a tenant wants as a file, how far it is, and until when it can be fetched.

CREATE TABLE IF NOT EXISTS exports (
    tenant_id      text NOT NULL REFERENCES tenants,
    export_id      uuid NOT NULL DEFAULT gen_random_uuid(),
    dataset        text NOT NULL CHECK (dataset IN ('devices', 'alerts', 'telemetry')),
    format         text NOT NULL CHECK (format IN ('csv', 'json')),
    -- Of alerts and readings; devices are exported as they are.
    period_start   timestamptz,
    period_end     timestamptz,
    -- Only of these; null: of all.
    site_id        text,
    device_id      text,
    dataset_status text,
    status         text NOT NULL DEFAULT 'PENDING'
                   CHECK (status IN ('PENDING', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    progress       double precision NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    row_count      bigint NOT NULL DEFAULT 0,
    byte_count     bigint NOT NULL DEFAULT 0,
    attempts       integer NOT NULL DEFAULT 0,
    -- Somebody is making it until then, unless they have died.
    claimed_until  timestamptz,
    outcome        text,
    requested_by   text NOT NULL,
    created_at     timestamptz NOT NULL,
    finished_at    timestamptz,
    expires_at     timestamptz,
    CHECK ((period_start IS NULL) = (dataset = 'devices') AND (period_end IS NULL) = (dataset = 'devices')),
    CHECK ((status IN ('PENDING', 'RUNNING')) = (finished_at IS NULL)),
    CHECK ((status = 'DONE') = (expires_at IS NOT NULL)),
    PRIMARY KEY (tenant_id, export_id)
);
CREATE INDEX IF NOT EXISTS exports_newest ON exports (tenant_id, created_at DESC, export_id DESC);
SELECT pulse_isolate('exports', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE, DELETE');
