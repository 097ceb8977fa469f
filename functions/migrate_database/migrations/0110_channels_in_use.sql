-- A channel that an escalation policy turns to is there, and stays as long as it does. What was entered before is not
-- looked at: a target whose channel is gone is told of as one that can't be reached.
ALTER TABLE escalation_targets DROP CONSTRAINT IF EXISTS escalation_targets_channel;
ALTER TABLE escalation_targets ADD CONSTRAINT escalation_targets_channel
    FOREIGN KEY (tenant_id, channel_id) REFERENCES notification_channels NOT VALID;
CREATE INDEX IF NOT EXISTS escalation_targets_of_channel ON escalation_targets (tenant_id, channel_id)
    WHERE channel_id IS NOT NULL;
