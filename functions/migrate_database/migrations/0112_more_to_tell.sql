-- Notifications of more than an alert's beginning and end, by groups of devices, and once for many silent devices.

ALTER TABLE notification_routing_rules ADD COLUMN IF NOT EXISTS group_ids uuid[] NOT NULL DEFAULT '{}';
ALTER TABLE notification_routing_rules DROP CONSTRAINT IF EXISTS notification_routing_rules_events_check;
ALTER TABLE notification_routing_rules ADD CONSTRAINT notification_routing_rules_events_check CHECK (
    events <@ '{opened,severity_changed,escalated,unanswered,acknowledged,closed}' AND cardinality(events) > 0
);

ALTER TABLE notification_jobs
    -- The group of silent devices that the alert was in when it was told of.
    ADD COLUMN IF NOT EXISTS group_id uuid;
ALTER TABLE notification_jobs DROP CONSTRAINT IF EXISTS notification_jobs_event_check;
ALTER TABLE notification_jobs ADD CONSTRAINT notification_jobs_event_check CHECK (
    event IN ('opened', 'severity_changed', 'escalated', 'unanswered', 'acknowledged', 'closed')
);
-- The same can happen to an alert twice: one that is given back is acknowledged again, and escalates from the beginning.
-- An event that comes twice has its time.
ALTER TABLE notification_jobs DROP CONSTRAINT IF EXISTS notification_jobs_tenant_id_alert_id_target_event_step_key;
ALTER TABLE notification_jobs DROP CONSTRAINT IF EXISTS notification_jobs_once;
ALTER TABLE notification_jobs ADD CONSTRAINT notification_jobs_once
    UNIQUE (tenant_id, alert_id, target, event, step, happened_at);
CREATE INDEX IF NOT EXISTS notification_jobs_of_group ON notification_jobs (tenant_id, group_id, target)
    WHERE group_id IS NOT NULL;
