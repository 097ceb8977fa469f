-- Rules of four kinds: what a rule looks for is one document, its criterion, with the kind in it.

ALTER TABLE alert_rules ADD COLUMN IF NOT EXISTS criterion jsonb;
DO $$
BEGIN
    IF EXISTS (SELECT FROM information_schema.columns
               WHERE table_name = 'alert_rules' AND column_name = 'conditions') THEN
        -- Forced row-level security hides every row from its owner too.
        ALTER TABLE alert_rules NO FORCE ROW LEVEL SECURITY;
        UPDATE alert_rules
        SET criterion = jsonb_build_object('kind', 'threshold', 'conditions', conditions, 'match', match,
                                           'duration_seconds', duration_seconds);
        ALTER TABLE alert_rules FORCE ROW LEVEL SECURITY;
        ALTER TABLE alert_rules DROP COLUMN kind, DROP COLUMN conditions, DROP COLUMN match,
                                DROP COLUMN duration_seconds;
    END IF;
END $$;
ALTER TABLE alert_rules ALTER COLUMN criterion SET NOT NULL;
ALTER TABLE alert_rules DROP CONSTRAINT IF EXISTS alert_rules_criterion_check;
ALTER TABLE alert_rules ADD CONSTRAINT alert_rules_criterion_check
    CHECK (criterion ->> 'kind' IN ('threshold', 'anomaly', 'telemetry_gap', 'window'));
-- The text of the rule's alerts; empty for the usual one.
ALTER TABLE alert_rules ADD COLUMN IF NOT EXISTS message text NOT NULL DEFAULT '';

-- What a rule remembers of a device that is fine: when the next gap would be one, the values of its window.
ALTER TABLE rule_state ALTER COLUMN breached_since DROP NOT NULL;
ALTER TABLE rule_state ADD COLUMN IF NOT EXISTS history jsonb NOT NULL DEFAULT '[]';
-- A gap rule that is made or changed starts from what devices have sent before; closing what a rule has opened takes
-- what it remembers with it.
GRANT INSERT, UPDATE ON rule_state TO pulse_app;
CREATE INDEX IF NOT EXISTS alerts_live_of_rule ON alerts (tenant_id, rule_id) WHERE status <> 'CLOSED';
