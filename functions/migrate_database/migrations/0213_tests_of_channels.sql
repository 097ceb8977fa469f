-- A test of a channel is in the delivery log as well: about no alert, and about no subscription.
ALTER TABLE notification_jobs DROP CONSTRAINT IF EXISTS notification_jobs_event_check;
ALTER TABLE notification_jobs ADD CONSTRAINT notification_jobs_event_check CHECK (
    event IN ('opened', 'severity_changed', 'escalated', 'unanswered', 'acknowledged', 'closed', 'subscription_ending',
              'tenant_deletion', 'subscription_renewed', 'test')
);
ALTER TABLE notification_jobs DROP CONSTRAINT IF EXISTS notification_jobs_about_one_thing;
ALTER TABLE notification_jobs ADD CONSTRAINT notification_jobs_about_one_thing CHECK (
    CASE WHEN event IN ('subscription_ending', 'tenant_deletion', 'subscription_renewed')
         THEN subscription_id IS NOT NULL AND alert_id IS NULL
         WHEN event = 'test' THEN alert_id IS NULL AND subscription_id IS NULL
         ELSE alert_id IS NOT NULL AND subscription_id IS NULL END
);
