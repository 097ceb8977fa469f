-- Tokens of devices that speak HTTP. A token is shown once; kept is the SHA-256 of its secret, which is random enough
-- for that. Its id names it in the credential model that certificates have.

ALTER TABLE device_credentials ADD COLUMN IF NOT EXISTS token_hash bytea;
ALTER TABLE device_credentials DROP CONSTRAINT IF EXISTS device_credentials_token_hash;
ALTER TABLE device_credentials ADD CONSTRAINT device_credentials_token_hash
    CHECK (CASE kind WHEN 'token' THEN octet_length(token_hash) = 32 ELSE token_hash IS NULL END);

-- A token says who its device is, so its id is unique everywhere.
CREATE UNIQUE INDEX IF NOT EXISTS device_credentials_token ON device_credentials (credential_id) WHERE kind = 'token';

-- Refused messages by their age: for operators, who look across tenants, and for retention.
CREATE INDEX IF NOT EXISTS quarantine_events_age ON quarantine_events (received_at DESC, quarantine_id DESC);
