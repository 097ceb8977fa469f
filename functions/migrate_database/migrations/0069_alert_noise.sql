-- Fewer alerts that say the same: flapping, suppression by a parent device, and groups of a site's silent devices.

ALTER TABLE alerts
    -- Set while the cause comes and goes: the alert stays open until it is calm.
    ADD COLUMN IF NOT EXISTS flapping_since timestamptz,
    -- While flapping: since when the cause is not there, and when it is calm unless something changes before.
    ADD COLUMN IF NOT EXISTS cause_ended_at timestamptz,
    ADD COLUMN IF NOT EXISTS calm_at timestamptz,
    -- The alert of the parent device, because of which nobody is told of this one.
    ADD COLUMN IF NOT EXISTS suppressed_by uuid REFERENCES alerts,
    ADD COLUMN IF NOT EXISTS group_id uuid;
CREATE INDEX IF NOT EXISTS alerts_of_cause ON alerts (tenant_id, fingerprint, opened_at DESC);
CREATE INDEX IF NOT EXISTS alerts_calm_due ON alerts (calm_at) WHERE calm_at IS NOT NULL AND status <> 'CLOSED';
CREATE INDEX IF NOT EXISTS alerts_suppressed ON alerts (suppressed_by)
    WHERE suppressed_by IS NOT NULL AND status <> 'CLOSED';
CREATE INDEX IF NOT EXISTS alerts_of_group ON alerts (group_id) WHERE group_id IS NOT NULL;

-- Many devices of a site that fell silent together: one thing to tell of.
CREATE TABLE IF NOT EXISTS alert_groups (
    group_id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id      text NOT NULL REFERENCES tenants,
    site_id        text NOT NULL,
    kind           text NOT NULL DEFAULT 'MASS_SILENCE' CHECK (kind = 'MASS_SILENCE'),
    opened_at      timestamptz NOT NULL,
    last_opened_at timestamptz NOT NULL,
    closed_at      timestamptz
);
CREATE UNIQUE INDEX IF NOT EXISTS alert_groups_live ON alert_groups (tenant_id, site_id) WHERE closed_at IS NULL;
SELECT pulse_isolate('alert_groups', 'SELECT', 'SELECT, INSERT, UPDATE');
