-- A renewal keeps what was asked for beside what was granted.

ALTER TABLE subscription_renewals ADD COLUMN IF NOT EXISTS granted_term_days integer CHECK (granted_term_days > 0);
ALTER TABLE subscription_renewals ADD COLUMN IF NOT EXISTS granted_device_limit integer
    CHECK (granted_device_limit >= 0);
-- Before, what was granted took the place of what was asked for.
ALTER TABLE subscription_renewals NO FORCE ROW LEVEL SECURITY;
UPDATE subscription_renewals
SET granted_term_days = term_days, granted_device_limit = device_limit
WHERE status = 'GRANTED' AND granted_term_days IS NULL;
ALTER TABLE subscription_renewals FORCE ROW LEVEL SECURITY;
