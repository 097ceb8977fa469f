-- What a factory shows to bring its devices in: good for so many devices of one kind until it ends or is revoked.

CREATE TABLE IF NOT EXISTS claim_tokens (
    tenant_id        text NOT NULL REFERENCES tenants,
    -- Looked up before the tenant is known, so it is unique over all tenants.
    claim_id         text NOT NULL UNIQUE,
    secret_hash      bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
    label            text NOT NULL CHECK (label <> ''),
    -- What every device is registered with; they are looked up again with each claim.
    site_id          text NOT NULL,
    device_type      text NOT NULL,
    device_id_prefix text NOT NULL DEFAULT '',
    max_devices      integer NOT NULL CHECK (max_devices > 0),
    claimed          integer NOT NULL DEFAULT 0 CHECK (claimed BETWEEN 0 AND max_devices),
    created_at       timestamptz NOT NULL,
    created_by       text NOT NULL,
    expires_at       timestamptz NOT NULL,
    last_claimed_at  timestamptz,
    revoked_at       timestamptz,
    PRIMARY KEY (tenant_id, claim_id)
);
CREATE INDEX IF NOT EXISTS claim_tokens_newest ON claim_tokens (tenant_id, created_at DESC, claim_id DESC);
SELECT pulse_isolate('claim_tokens', 'SELECT, INSERT, UPDATE', 'SELECT');

INSERT INTO limits (name, description, default_rates, error)
VALUES ('claim', 'Devices that claim their certificate from one address', '300:60',
        'too many devices were claimed from this address')
ON CONFLICT (name) DO NOTHING;
