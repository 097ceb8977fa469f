-- On-call: schedules of layers whose responders take turns, overrides of them, and addresses of their calendars.

CREATE TABLE IF NOT EXISTS oncall_schedules (
    tenant_id   text NOT NULL REFERENCES tenants,
    schedule_id uuid NOT NULL DEFAULT gen_random_uuid(),
    name        text NOT NULL CHECK (name <> ''),
    description text NOT NULL DEFAULT '',
    timezone    text NOT NULL,
    -- E-mail addresses whose being on call was announced last, and when that has to be looked at again.
    announced   text[] NOT NULL DEFAULT '{}',
    announce_at timestamptz NOT NULL DEFAULT now(),
    version     integer NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, schedule_id),
    UNIQUE (tenant_id, name)
);
CREATE INDEX IF NOT EXISTS oncall_schedules_announce ON oncall_schedules (announce_at);
SELECT pulse_isolate('oncall_schedules', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, UPDATE');

CREATE TABLE IF NOT EXISTS oncall_layers (
    tenant_id      text NOT NULL,
    layer_id       uuid NOT NULL DEFAULT gen_random_uuid(),
    schedule_id    uuid NOT NULL,
    name           text NOT NULL CHECK (name <> ''),
    priority       integer NOT NULL CHECK (priority BETWEEN 1 AND 100),
    rotation       text NOT NULL CHECK (rotation IN ('hourly', 'daily', 'weekly', 'custom')),
    shift_hours    integer CHECK (shift_hours BETWEEN 1 AND 2016),
    -- By the schedule's clocks, and so without an offset.
    rotation_start timestamp NOT NULL,
    -- [{"name", "email", "channel_id"}] in the order of their turns
    responders     jsonb NOT NULL CHECK (jsonb_array_length(responders) BETWEEN 1 AND 50),
    -- [{"weekdays", "start", "end"}]
    restrictions   jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(restrictions) = 'array'),
    CHECK ((rotation = 'custom') = (shift_hours IS NOT NULL)),
    PRIMARY KEY (tenant_id, layer_id),
    UNIQUE (tenant_id, schedule_id, name),
    FOREIGN KEY (tenant_id, schedule_id) REFERENCES oncall_schedules ON DELETE CASCADE
);
SELECT pulse_isolate('oncall_layers', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');

CREATE TABLE IF NOT EXISTS oncall_overrides (
    tenant_id   text NOT NULL,
    override_id uuid NOT NULL DEFAULT gen_random_uuid(),
    schedule_id uuid NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('replace', 'add', 'remove')),
    responder   jsonb NOT NULL CHECK (jsonb_typeof(responder) = 'object'),
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL,
    reason      text NOT NULL DEFAULT '',
    created_by  text NOT NULL,
    version     integer NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CHECK (ends_at > starts_at),
    PRIMARY KEY (tenant_id, override_id),
    FOREIGN KEY (tenant_id, schedule_id) REFERENCES oncall_schedules ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS oncall_overrides_of_schedule ON oncall_overrides (tenant_id, schedule_id, ends_at);
SELECT pulse_isolate('oncall_overrides', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');

-- Whoever knows the secret of an address reads the calendar; the secret itself is not stored.
CREATE TABLE IF NOT EXISTS oncall_calendar_feeds (
    tenant_id    text NOT NULL,
    feed_id      uuid NOT NULL DEFAULT gen_random_uuid(),
    schedule_id  uuid NOT NULL,
    label        text NOT NULL CHECK (label <> ''),
    email        text,
    secret_hash  bytea NOT NULL UNIQUE,
    created_by   text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_read_at timestamptz,
    PRIMARY KEY (tenant_id, feed_id),
    FOREIGN KEY (tenant_id, schedule_id) REFERENCES oncall_schedules ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS oncall_calendar_feeds_of_schedule ON oncall_calendar_feeds (tenant_id, schedule_id);
SELECT pulse_isolate('oncall_calendar_feeds', 'SELECT, INSERT, DELETE', 'SELECT, UPDATE');
