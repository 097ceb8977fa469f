-- Exports of every device's availability, and exports that are narrowed by tags and a group as the lists are.

ALTER TABLE exports DROP CONSTRAINT IF EXISTS exports_dataset_check;
ALTER TABLE exports ADD CONSTRAINT exports_dataset_check
    CHECK (dataset IN ('devices', 'alerts', 'telemetry', 'availability'));
-- Key to value, null for any; a device has all of them.
ALTER TABLE exports ADD COLUMN IF NOT EXISTS tags jsonb NOT NULL DEFAULT '{}';
ALTER TABLE exports ADD COLUMN IF NOT EXISTS group_id uuid;
