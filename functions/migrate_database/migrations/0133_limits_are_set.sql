-- Operators set what holds for everybody.

ALTER TABLE limits ADD COLUMN IF NOT EXISTS version integer NOT NULL DEFAULT 1;
GRANT UPDATE (default_rates, version) ON limits TO pulse_operator_write;
