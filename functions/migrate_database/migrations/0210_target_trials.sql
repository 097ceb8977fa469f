-- Tests of targets that a gateway asks: the newest of each target, with what came of it.

CREATE TABLE IF NOT EXISTS target_trials (
    tenant_id         text NOT NULL REFERENCES tenants,
    target_id         uuid NOT NULL,
    -- The command that tells the gateway to ask.
    trial_id          uuid NOT NULL,
    gateway_device_id text NOT NULL,
    asked_at          timestamptz NOT NULL,
    give_up_at        timestamptz NOT NULL,
    answered_at       timestamptz,
    -- What came of it, as people see it.
    result            jsonb CHECK (jsonb_typeof(result) = 'object'),
    PRIMARY KEY (tenant_id, target_id),
    FOREIGN KEY (tenant_id, target_id) REFERENCES poll_targets ON DELETE CASCADE
);
SELECT pulse_isolate('target_trials', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, UPDATE');
