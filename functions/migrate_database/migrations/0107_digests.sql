-- A summary of a tenant's alerts by mail, each day or week.

CREATE TABLE IF NOT EXISTS digests (
    tenant_id  text PRIMARY KEY REFERENCES tenants,
    enabled    boolean NOT NULL DEFAULT false,
    cadence    text NOT NULL DEFAULT 'WEEKLY' CHECK (cadence IN ('DAILY', 'WEEKLY')),
    -- Of a weekly one.
    weekday    text NOT NULL DEFAULT 'monday'
               CHECK (weekday IN ('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday')),
    -- By the zone's clocks.
    hour       integer NOT NULL DEFAULT 8 CHECK (hour BETWEEN 0 AND 23),
    timezone   text NOT NULL DEFAULT 'UTC',
    recipients text[] NOT NULL DEFAULT '{}',
    -- When the next period ends; null while it is off.
    next_at    timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    version    integer NOT NULL DEFAULT 1,
    CHECK (enabled = (next_at IS NOT NULL)),
    CHECK (NOT enabled OR cardinality(recipients) > 0)
);
CREATE INDEX IF NOT EXISTS digests_due ON digests (next_at) WHERE next_at IS NOT NULL;
SELECT pulse_isolate('digests', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE');

-- One row for each period that has ended: what makes it one mail, whoever looks how often.
CREATE TABLE IF NOT EXISTS digest_runs (
    tenant_id     text NOT NULL REFERENCES tenants,
    period_start  timestamptz NOT NULL,
    period_end    timestamptz NOT NULL,
    status        text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'SENT', 'FAILED', 'CANCELLED')),
    attempts      integer NOT NULL DEFAULT 0,
    due_at        timestamptz,
    -- Somebody is sending it until then, unless they have died.
    claimed_until timestamptz,
    finished_at   timestamptz,
    outcome       text,
    CHECK ((status = 'PENDING') = (due_at IS NOT NULL)),
    PRIMARY KEY (tenant_id, period_end)
);
CREATE INDEX IF NOT EXISTS digest_runs_due ON digest_runs (due_at) WHERE due_at IS NOT NULL;
SELECT pulse_isolate('digest_runs', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE');
