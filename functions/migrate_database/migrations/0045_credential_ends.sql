-- How credentials end. `end_due_at`: when the end is to be carried out (the broker lets go of a certificate, an event
-- tells of what expired), or tried again after a failure. `warning_due_at`: when to warn of the end next.

ALTER TABLE device_credentials ADD COLUMN IF NOT EXISTS issued_by text NOT NULL DEFAULT '';
ALTER TABLE device_credentials ADD COLUMN IF NOT EXISTS replaced_by text;
ALTER TABLE device_credentials ADD COLUMN IF NOT EXISTS end_due_at timestamptz;
ALTER TABLE device_credentials ADD COLUMN IF NOT EXISTS warning_due_at timestamptz;

CREATE INDEX IF NOT EXISTS device_credentials_end_due ON device_credentials (end_due_at)
    WHERE end_due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS device_credentials_warning_due ON device_credentials (warning_due_at)
    WHERE warning_due_at IS NOT NULL;

GRANT UPDATE (end_due_at, warning_due_at) ON device_credentials TO pulse_ingest;
