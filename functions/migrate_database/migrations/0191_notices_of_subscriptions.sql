-- A notification may be about a subscription that ends, in place of an alert.

ALTER TABLE notification_routing_rules DROP CONSTRAINT IF EXISTS notification_routing_rules_events_check;
ALTER TABLE notification_routing_rules ADD CONSTRAINT notification_routing_rules_events_check CHECK (
    events <@ '{opened,severity_changed,escalated,unanswered,acknowledged,closed,subscription_ending}'
    AND cardinality(events) > 0
);

ALTER TABLE notification_jobs ALTER COLUMN alert_id DROP NOT NULL;
-- Of a subscription's notice `step` is how many days before the end of the term it is for, `happened_at` when that was.
ALTER TABLE notification_jobs ADD COLUMN IF NOT EXISTS subscription_id uuid;
ALTER TABLE notification_jobs DROP CONSTRAINT IF EXISTS notification_jobs_event_check;
ALTER TABLE notification_jobs ADD CONSTRAINT notification_jobs_event_check CHECK (
    event IN ('opened', 'severity_changed', 'escalated', 'unanswered', 'acknowledged', 'closed', 'subscription_ending')
);
ALTER TABLE notification_jobs DROP CONSTRAINT IF EXISTS notification_jobs_about_one_thing;
ALTER TABLE notification_jobs ADD CONSTRAINT notification_jobs_about_one_thing CHECK (
    CASE event WHEN 'subscription_ending' THEN subscription_id IS NOT NULL AND alert_id IS NULL
               ELSE alert_id IS NOT NULL AND subscription_id IS NULL END
);
ALTER TABLE notification_jobs DROP CONSTRAINT IF EXISTS notification_jobs_subscription;
ALTER TABLE notification_jobs ADD CONSTRAINT notification_jobs_subscription
    FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions;
CREATE UNIQUE INDEX IF NOT EXISTS notification_jobs_once_of_subscription
    ON notification_jobs (tenant_id, subscription_id, target, event, step, happened_at)
    WHERE subscription_id IS NOT NULL;
