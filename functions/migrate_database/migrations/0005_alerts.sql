-- Alert rules, what each rule knows of each device, alerts and their story.

CREATE TABLE IF NOT EXISTS alert_rules (
    tenant_id        text NOT NULL REFERENCES tenants,
    rule_id          uuid NOT NULL DEFAULT gen_random_uuid(),
    name             text NOT NULL CHECK (name <> ''),
    description      text NOT NULL DEFAULT '',
    kind             text NOT NULL DEFAULT 'threshold' CHECK (kind IN ('threshold')),
    -- [{"metric", "operator": GT|GTE|LT|LTE, "threshold", "clear_threshold"?}], 1 to 10 of them
    conditions       jsonb NOT NULL CHECK (jsonb_typeof(conditions) = 'array'
                                           AND jsonb_array_length(conditions) BETWEEN 1 AND 10),
    match            text NOT NULL DEFAULT 'ALL' CHECK (match IN ('ALL', 'ANY')),
    duration_seconds integer NOT NULL DEFAULT 0 CHECK (duration_seconds BETWEEN 0 AND 86400),
    severity         severity NOT NULL DEFAULT 'MEDIUM',
    -- {"site_ids": [], "device_types": [], "device_ids": []}; an empty or missing list does not narrow
    scope            jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(scope) = 'object'),
    enabled          boolean NOT NULL DEFAULT true,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, rule_id),
    UNIQUE (tenant_id, name)
);
SELECT pulse_isolate('alert_rules', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');

CREATE TABLE IF NOT EXISTS rule_state (
    tenant_id      text NOT NULL,
    rule_id        uuid NOT NULL,
    device_id      text NOT NULL,
    -- Start of the unbroken run of breaching samples. A device that is fine has no row.
    breached_since timestamptz NOT NULL,
    -- When the run has lasted for the rule's duration; null when there is nothing to wait for.
    due_at         timestamptz,
    alerting       boolean NOT NULL DEFAULT false,
    last_sample_at timestamptz NOT NULL,
    last_values    jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (tenant_id, rule_id, device_id),
    FOREIGN KEY (tenant_id, rule_id) REFERENCES alert_rules ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS rule_state_due ON rule_state (due_at) WHERE due_at IS NOT NULL;
SELECT pulse_isolate('rule_state', 'SELECT, DELETE', 'SELECT, INSERT, UPDATE, DELETE');

CREATE TABLE IF NOT EXISTS alerts (
    alert_id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id         text NOT NULL REFERENCES tenants,
    device_id         text,
    site_id           text,
    rule_id           uuid,
    source            text NOT NULL CHECK (source IN ('rule', 'heartbeat')),
    type              text NOT NULL CHECK (type IN ('NO_HEARTBEAT', 'THRESHOLD')),
    severity          severity NOT NULL,
    status            text NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'ACKNOWLEDGED', 'CLOSED')),
    fingerprint       text NOT NULL,
    summary           text NOT NULL,
    details           jsonb NOT NULL DEFAULT '{}',
    trigger_count     integer NOT NULL DEFAULT 1,
    opened_at         timestamptz NOT NULL,
    last_triggered_at timestamptz NOT NULL,
    acknowledged_at   timestamptz,
    acknowledged_by   text,
    closed_at         timestamptz,
    closed_by         text,
    closed_reason     text,
    CHECK ((status = 'CLOSED') = (closed_at IS NOT NULL)),
    CHECK (status <> 'ACKNOWLEDGED' OR acknowledged_at IS NOT NULL)
);
-- At most one live alert for a cause; whoever loses a race re-triggers instead.
CREATE UNIQUE INDEX IF NOT EXISTS alerts_live ON alerts (tenant_id, fingerprint) WHERE status <> 'CLOSED';
CREATE INDEX IF NOT EXISTS alerts_newest ON alerts (tenant_id, opened_at DESC, alert_id DESC);
CREATE INDEX IF NOT EXISTS alerts_of_device ON alerts (tenant_id, device_id, opened_at DESC);
SELECT pulse_isolate('alerts', 'SELECT, UPDATE', 'SELECT, INSERT, UPDATE');

-- Append-only: why an alert is in the state it is in, by which sample or person.
CREATE TABLE IF NOT EXISTS alert_timeline (
    entry_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id text NOT NULL,
    alert_id  uuid NOT NULL REFERENCES alerts,
    time      timestamptz NOT NULL,
    event     text NOT NULL,
    actor     text NOT NULL,
    detail    jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS alert_timeline_of_alert ON alert_timeline (tenant_id, alert_id, entry_id);
SELECT pulse_isolate('alert_timeline', 'SELECT, INSERT', 'SELECT, INSERT');
REVOKE UPDATE, DELETE ON alert_timeline FROM pulse_operator_write;
