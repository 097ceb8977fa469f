-- Channels to people and systems, the rules that choose among them, and every delivery with its attempts.

CREATE TABLE IF NOT EXISTS notification_channels (
    tenant_id  text NOT NULL REFERENCES tenants,
    channel_id uuid NOT NULL DEFAULT gen_random_uuid(),
    name       text NOT NULL CHECK (name <> ''),
    kind       text NOT NULL,
    -- Where it goes, in short.
    destination text NOT NULL,
    -- As the kind's model has it, with *** for secrets; those are encrypted with the installation's KMS key.
    config     jsonb NOT NULL CHECK (jsonb_typeof(config) = 'object'),
    secrets    bytea,
    enabled    boolean NOT NULL DEFAULT true,
    -- Deliveries in a row that failed for good; 50 of them disable the channel.
    failures_in_a_row integer NOT NULL DEFAULT 0,
    last_sent_at      timestamptz,
    last_failed_at    timestamptz,
    last_error        text,
    disabled_reason   text,
    version    integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, channel_id),
    UNIQUE (tenant_id, name)
);
SELECT pulse_isolate('notification_channels', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');

CREATE TABLE IF NOT EXISTS notification_routing_rules (
    tenant_id    text NOT NULL REFERENCES tenants,
    rule_id      uuid NOT NULL DEFAULT gen_random_uuid(),
    name         text NOT NULL CHECK (name <> ''),
    channel_id   uuid NOT NULL,
    enabled      boolean NOT NULL DEFAULT true,
    -- Asked in this order, lower ones first; a rule that stops and matches is the last one asked.
    priority     integer NOT NULL DEFAULT 100 CHECK (priority BETWEEN 0 AND 1000),
    stop         boolean NOT NULL DEFAULT false,
    -- Each narrows unless it is empty.
    min_severity severity NOT NULL DEFAULT 'INFO',
    events       text[] NOT NULL CHECK (events <@ '{opened,escalated,acknowledged,closed}' AND cardinality(events) > 0),
    alert_types  text[] NOT NULL DEFAULT '{}',
    site_ids     text[] NOT NULL DEFAULT '{}',
    -- {tag: value}, all of which the device must have; an empty value asks for the tag alone.
    tags         jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(tags) = 'object'),
    throttle_minutes integer NOT NULL DEFAULT 0 CHECK (throttle_minutes BETWEEN 0 AND 10080),
    version      integer NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, rule_id),
    UNIQUE (tenant_id, name),
    FOREIGN KEY (tenant_id, channel_id) REFERENCES notification_channels ON DELETE CASCADE
);
SELECT pulse_isolate('notification_routing_rules', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');

-- One row for what one receiver is to be told of one event of one alert. It outlives its channel, as a record.
CREATE TABLE IF NOT EXISTS notification_jobs (
    tenant_id   text NOT NULL REFERENCES tenants,
    job_id      uuid NOT NULL DEFAULT gen_random_uuid(),
    alert_id    uuid NOT NULL REFERENCES alerts,
    fingerprint text NOT NULL,
    event       text NOT NULL CHECK (event IN ('opened', 'escalated', 'acknowledged', 'closed')),
    -- 0 but for escalations: which of their steps.
    step        integer NOT NULL DEFAULT 0,
    level       integer,
    -- The channel's id, or `email:` and an address that an escalation names.
    target      text NOT NULL,
    channel_id  uuid,
    kind        text NOT NULL,
    -- Why this receiver: the routing rule, or what the escalation says.
    reason      text NOT NULL,
    happened_at timestamptz NOT NULL,
    happened_by text NOT NULL,
    status      text NOT NULL DEFAULT 'PENDING'
                CHECK (status IN ('PENDING', 'SENT', 'FAILED', 'CANCELLED', 'THROTTLED')),
    attempts    integer NOT NULL DEFAULT 0,
    -- Attempts before the last replay, which do not count towards the retries.
    attempts_before_replay integer NOT NULL DEFAULT 0,
    due_at      timestamptz,
    -- Somebody is sending it until then, unless they have died.
    claimed_until timestamptz,
    outcome     text,
    -- What a later message about the same alert can build on, in the protocol's own terms.
    reference   jsonb,
    created_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CHECK ((status = 'PENDING') = (due_at IS NOT NULL)),
    PRIMARY KEY (tenant_id, job_id),
    UNIQUE (tenant_id, alert_id, target, event, step)
);
CREATE INDEX IF NOT EXISTS notification_jobs_due ON notification_jobs (due_at) WHERE status = 'PENDING';
CREATE INDEX IF NOT EXISTS notification_jobs_newest ON notification_jobs (tenant_id, created_at DESC, job_id DESC);
CREATE INDEX IF NOT EXISTS notification_jobs_of_cause
    ON notification_jobs (tenant_id, target, fingerprint, created_at DESC);
SELECT pulse_isolate('notification_jobs', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE, DELETE');

CREATE TABLE IF NOT EXISTS notification_attempts (
    attempt_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id  text NOT NULL,
    job_id     uuid NOT NULL,
    number     integer NOT NULL,
    started_at timestamptz NOT NULL,
    latency_milliseconds integer NOT NULL,
    outcome    text NOT NULL CHECK (outcome IN ('SENT', 'TEMPORARY', 'PERMANENT')),
    -- The protocol's own code, if it has one.
    status_code integer,
    error       text,
    answer      text NOT NULL DEFAULT '',
    FOREIGN KEY (tenant_id, job_id) REFERENCES notification_jobs ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS notification_attempts_of_job ON notification_attempts (tenant_id, job_id, attempt_id);
SELECT pulse_isolate('notification_attempts', 'SELECT, INSERT', 'SELECT');

INSERT INTO limits (name, description, default_rates, error)
VALUES ('api_channel_test', 'Tests of notification channels by one user or API key', '5:60',
        'this account has tested channels too often')
ON CONFLICT (name) DO NOTHING;
