-- More kinds of alerts. Which types there are is the enum `AlertType`; addons will bring their own.

ALTER TABLE alerts DROP CONSTRAINT IF EXISTS alerts_type_check;
ALTER TABLE alerts ADD CONSTRAINT alerts_type_check CHECK (type ~ '^[A-Z][A-Z0-9_]{0,63}$');
ALTER TABLE alerts DROP CONSTRAINT IF EXISTS alerts_source_check;
ALTER TABLE alerts ADD CONSTRAINT alerts_source_check CHECK (source IN ('rule', 'heartbeat', 'addon', 'platform'));
