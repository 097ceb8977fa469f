-- A tenant all of whose subscriptions expired is told before it is deleted, and PagerDuty when what it was told of is over.

-- When the last notice before the deletion was given; it is of the status that began before.
ALTER TABLE subscriptions ADD COLUMN IF NOT EXISTS deletion_noticed_at timestamptz;
-- Forced row-level security hides every row from its owner too.
ALTER TABLE subscriptions NO FORCE ROW LEVEL SECURITY;
UPDATE subscriptions
SET noticed_days = NULL, due_at = status_since + INTERVAL '335 days'
WHERE status = 'EXPIRED' AND kind <> 'ADDON' AND due_at IS NULL AND deletion_noticed_at IS NULL;
ALTER TABLE subscriptions FORCE ROW LEVEL SECURITY;

ALTER TABLE notification_routing_rules DROP CONSTRAINT IF EXISTS notification_routing_rules_events_check;
ALTER TABLE notification_routing_rules ADD CONSTRAINT notification_routing_rules_events_check CHECK (
    events <@ '{opened,severity_changed,escalated,unanswered,acknowledged,closed,subscription_ending,tenant_deletion}'
    AND cardinality(events) > 0
);
ALTER TABLE notification_jobs DROP CONSTRAINT IF EXISTS notification_jobs_event_check;
ALTER TABLE notification_jobs ADD CONSTRAINT notification_jobs_event_check CHECK (
    event IN ('opened', 'severity_changed', 'escalated', 'unanswered', 'acknowledged', 'closed', 'subscription_ending',
              'tenant_deletion', 'subscription_renewed')
);
ALTER TABLE notification_jobs DROP CONSTRAINT IF EXISTS notification_jobs_about_one_thing;
ALTER TABLE notification_jobs ADD CONSTRAINT notification_jobs_about_one_thing CHECK (
    CASE WHEN event IN ('subscription_ending', 'tenant_deletion', 'subscription_renewed')
         THEN subscription_id IS NOT NULL AND alert_id IS NULL
         ELSE alert_id IS NOT NULL AND subscription_id IS NULL END
);
