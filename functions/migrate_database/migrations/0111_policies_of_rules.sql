-- An alert rule may have an escalation policy of its own; without one its alerts escalate by the tenant's default.
ALTER TABLE alert_rules ADD COLUMN IF NOT EXISTS escalation_policy_id uuid;
ALTER TABLE alert_rules DROP CONSTRAINT IF EXISTS alert_rules_escalation_policy;
ALTER TABLE alert_rules ADD CONSTRAINT alert_rules_escalation_policy
    FOREIGN KEY (tenant_id, escalation_policy_id) REFERENCES escalation_policies;
CREATE INDEX IF NOT EXISTS alert_rules_of_policy ON alert_rules (tenant_id, escalation_policy_id)
    WHERE escalation_policy_id IS NOT NULL;
