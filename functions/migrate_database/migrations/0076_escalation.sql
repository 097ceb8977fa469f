-- Escalation: policies with levels and targets, and how far the escalation of each alert has come.

CREATE TABLE IF NOT EXISTS escalation_policies (
    tenant_id   text NOT NULL REFERENCES tenants,
    policy_id   uuid NOT NULL DEFAULT gen_random_uuid(),
    name        text NOT NULL CHECK (name <> ''),
    description text NOT NULL DEFAULT '',
    is_default  boolean NOT NULL DEFAULT false,
    repeat      integer NOT NULL DEFAULT 0 CHECK (repeat BETWEEN 0 AND 5),
    acknowledgement_timeout_minutes integer CHECK (acknowledgement_timeout_minutes >= 1),
    version     integer NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, policy_id),
    UNIQUE (tenant_id, name)
);
CREATE UNIQUE INDEX IF NOT EXISTS escalation_policies_default ON escalation_policies (tenant_id) WHERE is_default;
SELECT pulse_isolate('escalation_policies', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');

-- Each level has at least one target, and so a row here; its delay is the same in all of them.
CREATE TABLE IF NOT EXISTS escalation_targets (
    tenant_id     text NOT NULL,
    policy_id     uuid NOT NULL,
    level         integer NOT NULL CHECK (level BETWEEN 1 AND 10),
    position      integer NOT NULL CHECK (position BETWEEN 0 AND 19),
    delay_minutes integer NOT NULL CHECK (delay_minutes >= 1),
    kind          text NOT NULL CHECK (kind IN ('channel', 'schedule', 'email')),
    channel_id    uuid,
    schedule_id   uuid,
    email         text,
    CHECK ((kind = 'channel') = (channel_id IS NOT NULL)),
    CHECK ((kind = 'schedule') = (schedule_id IS NOT NULL)),
    CHECK ((kind = 'email') = (email IS NOT NULL)),
    PRIMARY KEY (tenant_id, policy_id, level, position),
    FOREIGN KEY (tenant_id, policy_id) REFERENCES escalation_policies ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, schedule_id) REFERENCES oncall_schedules
);
CREATE INDEX IF NOT EXISTS escalation_targets_of_schedule ON escalation_targets (tenant_id, schedule_id)
    WHERE schedule_id IS NOT NULL;
SELECT pulse_isolate('escalation_targets', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');

CREATE TABLE IF NOT EXISTS alert_escalations (
    tenant_id    text NOT NULL REFERENCES tenants,
    alert_id     uuid NOT NULL REFERENCES alerts ON DELETE CASCADE,
    -- The policy as it was when the alert was opened.
    plan         jsonb NOT NULL CHECK (jsonb_typeof(plan) = 'object'),
    -- The step that is next, counted from 0 through all repetitions of the levels.
    step         integer NOT NULL DEFAULT 0 CHECK (step >= 0),
    -- When something is due; null while nothing is, or will be.
    due_at       timestamptz,
    waiting_for  text NOT NULL DEFAULT 'level' CHECK (waiting_for IN ('level', 'acknowledgement', 'silence')),
    -- How many executions were started, and until when the newest of them sleeps.
    generation   integer NOT NULL DEFAULT 0,
    wakes_at     timestamptz,
    last_step_at timestamptz,
    PRIMARY KEY (tenant_id, alert_id)
);
CREATE INDEX IF NOT EXISTS alert_escalations_due ON alert_escalations (due_at) WHERE due_at IS NOT NULL;
SELECT pulse_isolate('alert_escalations', 'SELECT', 'SELECT, INSERT, UPDATE');
