-- A maintenance window whose work is done is ended while it is on; what it was planned for, and when it comes again, stay.

ALTER TABLE maintenance_windows ADD COLUMN IF NOT EXISTS ended_early timestamptz[] NOT NULL DEFAULT '{}';
