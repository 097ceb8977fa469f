-- Commands are handed over in turns, and an answer after the end has a place of its own.

-- Who waits together: the commands that a tenant sends to single devices, or those of one command for a group.
ALTER TABLE commands ADD COLUMN IF NOT EXISTS lane uuid NOT NULL
    GENERATED ALWAYS AS (coalesce(group_command_id, '00000000-0000-0000-0000-000000000000')) STORED;
-- What a device answered after the command had expired or was cancelled.
ALTER TABLE commands ADD COLUMN IF NOT EXISTS late_status text CHECK (late_status IN ('ACKNOWLEDGED', 'REJECTED'));
ALTER TABLE commands ADD COLUMN IF NOT EXISTS late_reason text;

CREATE INDEX IF NOT EXISTS commands_due_in_lane ON commands (tenant_id, lane, deliver_at, sequence)
    WHERE deliver_at IS NOT NULL AND status IN ('QUEUED', 'DELIVERED');
DROP INDEX IF EXISTS commands_due;

INSERT INTO limits (name, description, default_rates, error)
VALUES ('commands_tenant', 'Commands for a tenant''s devices, one for a group counting once for each device',
        '20000:600', 'this tenant''s devices were sent too many commands')
ON CONFLICT (name) DO NOTHING;
