-- Keys for programs. The text of a key is pulse_<key_id>_<secret>; of the secret only its SHA-256 is kept.

CREATE TABLE IF NOT EXISTS api_keys (
    -- Looked up before the tenant is known, so it is unique over all tenants.
    key_id                 text PRIMARY KEY CHECK (key_id ~ '^[a-z0-9]{12}$'),
    tenant_id              text NOT NULL REFERENCES tenants,
    name                   text NOT NULL CHECK (name <> ''),
    role                   text NOT NULL CHECK (role IN ('viewer', 'customer', 'tenant-admin')),
    -- Names of permissions: what of its role the key may use.
    scopes                 text[] NOT NULL CHECK (cardinality(scopes) > 0),
    secret_hash            bytea NOT NULL CHECK (length(secret_hash) = 32),
    -- The secret before the last rotation works until then, so that programs can be changed over one by one.
    former_secret_hash     bytea CHECK (length(former_secret_hash) = 32),
    former_secret_expires_at timestamptz,
    created_at             timestamptz NOT NULL DEFAULT now(),
    created_by             text NOT NULL,
    rotated_at             timestamptz,
    expires_at             timestamptz NOT NULL,
    last_used_at           timestamptz,
    last_used_ip           inet,
    revoked_at             timestamptz,
    version                integer NOT NULL DEFAULT 1,
    CHECK ((former_secret_hash IS NULL) = (former_secret_expires_at IS NULL))
);
CREATE INDEX IF NOT EXISTS api_keys_of_tenant ON api_keys (tenant_id, created_at DESC, key_id);
SELECT pulse_isolate('api_keys', 'SELECT, INSERT, UPDATE', 'SELECT');
GRANT UPDATE (last_used_at, last_used_ip) ON api_keys TO pulse_ingest;
