-- Codes with which a device fetches its own certificate: typed in once within an hour, kept as a SHA-256 alone.

CREATE TABLE IF NOT EXISTS activation_codes (
    -- Looked up before the tenant is known, so it is unique over all tenants.
    code_hash  bytea PRIMARY KEY CHECK (octet_length(code_hash) = 32),
    tenant_id  text NOT NULL,
    device_id  text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices ON DELETE CASCADE
);
-- A device has one code that is not used: a new one takes its place.
CREATE UNIQUE INDEX IF NOT EXISTS activation_codes_unused ON activation_codes (tenant_id, device_id)
    WHERE used_at IS NULL;
SELECT pulse_isolate('activation_codes', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');

INSERT INTO limits (name, description, default_rates, error)
VALUES ('activation', 'Attempts to activate devices from one address', '20:60',
        'too many activation codes were tried from this address')
ON CONFLICT (name) DO NOTHING;
