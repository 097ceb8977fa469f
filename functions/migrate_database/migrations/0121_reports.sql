-- Reports: when a tenant gets them by mail, and every one that was made.

CREATE TABLE IF NOT EXISTS report_schedules (
    tenant_id  text PRIMARY KEY REFERENCES tenants,
    cadences   text[] NOT NULL DEFAULT '{}' CHECK (cadences <@ '{DAILY,WEEKLY,MONTHLY}'),
    -- By the zone's clocks.
    hour       integer NOT NULL DEFAULT 6 CHECK (hour BETWEEN 0 AND 23),
    timezone   text NOT NULL DEFAULT 'UTC',
    recipients text[] NOT NULL DEFAULT '{}',
    -- Periods that have ended before are nobody's wish.
    wanted_since timestamptz NOT NULL DEFAULT now(),
    -- When the next period ends; null while there is none.
    due_at     timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    version    integer NOT NULL DEFAULT 1,
    CHECK ((cardinality(cadences) > 0) = (due_at IS NOT NULL)),
    CHECK (cardinality(cadences) = 0 OR cardinality(recipients) > 0)
);
CREATE INDEX IF NOT EXISTS report_schedules_due ON report_schedules (due_at) WHERE due_at IS NOT NULL;
SELECT pulse_isolate('report_schedules', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE');

CREATE TABLE IF NOT EXISTS report_runs (
    tenant_id     text NOT NULL REFERENCES tenants,
    run_id        uuid NOT NULL DEFAULT gen_random_uuid(),
    -- Null for one that somebody asked for.
    cadence       text CHECK (cadence IN ('DAILY', 'WEEKLY', 'MONTHLY')),
    requested_by  text NOT NULL,
    period_start  timestamptz NOT NULL,
    period_end    timestamptz NOT NULL,
    status        text NOT NULL CHECK (status IN ('PENDING', 'DONE', 'FAILED', 'CANCELLED')),
    recipients    text[] NOT NULL DEFAULT '{}',
    attempts      integer NOT NULL DEFAULT 0,
    due_at        timestamptz,
    -- Somebody is making it until then, unless they have died.
    claimed_until timestamptz,
    outcome       text,
    result        jsonb,
    created_at    timestamptz NOT NULL,
    finished_at   timestamptz,
    CHECK ((status = 'PENDING') = (due_at IS NOT NULL)),
    CHECK ((status = 'PENDING') = (finished_at IS NULL)),
    PRIMARY KEY (tenant_id, run_id),
    -- What makes it one mail, whoever looks how often.
    UNIQUE (tenant_id, cadence, period_end)
);
CREATE INDEX IF NOT EXISTS report_runs_due ON report_runs (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS report_runs_newest ON report_runs (tenant_id, created_at DESC, run_id DESC);
SELECT pulse_isolate('report_runs', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE, DELETE');
