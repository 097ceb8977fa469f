-- What people do with alerts: silences, and how often a re-trigger is told of.

ALTER TABLE alerts
    -- Set while nobody is to be told of the alert; `silenced_until` is null when that is until it is closed.
    ADD COLUMN IF NOT EXISTS silenced_at timestamptz,
    ADD COLUMN IF NOT EXISTS silenced_until timestamptz,
    ADD COLUMN IF NOT EXISTS silenced_by text,
    -- When the bus and the timeline were last told that the cause was seen again.
    ADD COLUMN IF NOT EXISTS retrigger_told_at timestamptz,
    -- What seeing the cause again has last come to; null as long as it was seen once.
    ADD COLUMN IF NOT EXISTS last_retrigger text CHECK (last_retrigger IN ('RAISED', 'TOLD', 'COUNTED'));
ALTER TABLE alerts DROP CONSTRAINT IF EXISTS alerts_silence_check;
ALTER TABLE alerts ADD CONSTRAINT alerts_silence_check
    CHECK (silenced_at IS NOT NULL AND status <> 'CLOSED' OR silenced_until IS NULL AND silenced_by IS NULL);
CREATE INDEX IF NOT EXISTS alerts_silence_due ON alerts (silenced_until)
    WHERE silenced_until IS NOT NULL AND status <> 'CLOSED';
