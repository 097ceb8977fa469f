-- What people tell devices to do. A command is one device's; one for a group is entered for each of its devices.

CREATE TABLE IF NOT EXISTS group_commands (
    tenant_id        text NOT NULL REFERENCES tenants,
    group_command_id uuid NOT NULL DEFAULT gen_random_uuid(),
    sequence         bigint GENERATED ALWAYS AS IDENTITY,
    -- The group as it was: it may be renamed or taken away while its results are kept.
    group_id         uuid NOT NULL,
    group_name       text NOT NULL,
    name             text NOT NULL,
    parameters       jsonb NOT NULL,
    created_at       timestamptz NOT NULL,
    created_by       text NOT NULL,
    expires_at       timestamptz NOT NULL,
    -- Devices of the group that got none: they had as many open commands as a device may have.
    left_out         integer NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, group_command_id)
);
CREATE INDEX IF NOT EXISTS group_commands_newest ON group_commands (tenant_id, sequence DESC);
SELECT pulse_isolate('group_commands', 'SELECT, INSERT', 'SELECT, DELETE');

CREATE TABLE IF NOT EXISTS commands (
    tenant_id        text NOT NULL,
    command_id       uuid NOT NULL DEFAULT gen_random_uuid(),
    sequence         bigint GENERATED ALWAYS AS IDENTITY,
    device_id        text NOT NULL,
    group_command_id uuid,
    name             text NOT NULL CHECK (name <> ''),
    parameters       jsonb NOT NULL,
    status           text NOT NULL DEFAULT 'QUEUED'
                     CHECK (status IN ('QUEUED', 'DELIVERED', 'ACKNOWLEDGED', 'REJECTED', 'EXPIRED', 'CANCELLED')),
    created_at       timestamptz NOT NULL,
    created_by       text NOT NULL,
    expires_at       timestamptz NOT NULL CHECK (expires_at > created_at),
    -- When it is handed to the device's session next; null while the device has none.
    deliver_at       timestamptz,
    deliveries       integer NOT NULL DEFAULT 0,
    delivered_at     timestamptz,
    answered_at      timestamptz,
    reason           text NOT NULL DEFAULT '',
    result           jsonb,
    finished_at      timestamptz,
    CHECK ((finished_at IS NULL) = (status IN ('QUEUED', 'DELIVERED'))),
    PRIMARY KEY (tenant_id, command_id),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS commands_of_device ON commands (tenant_id, device_id, sequence DESC);
CREATE INDEX IF NOT EXISTS commands_open_of_device ON commands (tenant_id, device_id, sequence)
    WHERE status IN ('QUEUED', 'DELIVERED');
CREATE INDEX IF NOT EXISTS commands_of_group_command ON commands (tenant_id, group_command_id, device_id)
    WHERE group_command_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS commands_due ON commands (deliver_at)
    WHERE deliver_at IS NOT NULL AND status IN ('QUEUED', 'DELIVERED');
CREATE INDEX IF NOT EXISTS commands_expiry ON commands (expires_at) WHERE status IN ('QUEUED', 'DELIVERED');
CREATE INDEX IF NOT EXISTS commands_age ON commands (finished_at) WHERE finished_at IS NOT NULL;
SELECT pulse_isolate('commands', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE, DELETE');

INSERT INTO limits (name, description, default_rates, error)
VALUES ('api_command', 'Commands sent by one user or API key, one for a group counting once', '60:60',
        'this account has sent too many commands')
ON CONFLICT (name) DO NOTHING;
