-- A gateway that lives and tells nothing of a target any more is noticed.

ALTER TABLE poll_targets
    -- When somebody looks whether the gateway has told of the target; null for one of the cloud, and while it is off.
    ADD COLUMN IF NOT EXISTS result_due_at timestamptz,
    -- Since when a gateway that lives owes a result.
    ADD COLUMN IF NOT EXISTS overdue_since timestamptz;
CREATE INDEX IF NOT EXISTS poll_targets_result_due ON poll_targets (result_due_at) WHERE result_due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS poll_targets_overdue ON poll_targets (tenant_id, gateway_device_id)
    WHERE overdue_since IS NOT NULL;
UPDATE poll_targets
SET result_due_at = now() + make_interval(secs => 3 * interval_seconds) + interval '5 minutes'
WHERE enabled AND gateway_device_id IS NOT NULL AND result_due_at IS NULL;
