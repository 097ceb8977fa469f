-- Keys of the operator plane for programs and wall screens: narrow, read-only, expiring (docs/decisions/0031).

CREATE TABLE IF NOT EXISTS operator_keys (
    -- In the same form as those in api_keys, and never one that is there.
    key_id       text PRIMARY KEY CHECK (key_id ~ '^[a-z0-9]{12}$'),
    name         text NOT NULL CHECK (name <> ''),
    scope        text NOT NULL CHECK (scope IN ('metrics', 'noc')),
    secret_hash  bytea NOT NULL CHECK (length(secret_hash) = 32),
    created_at   timestamptz NOT NULL DEFAULT now(),
    created_by   text NOT NULL,
    expires_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    last_used_ip inet,
    revoked_at   timestamptz
);
CREATE INDEX IF NOT EXISTS operator_keys_newest ON operator_keys (created_at DESC, key_id DESC);
REVOKE ALL ON operator_keys FROM pulse_app, pulse_ingest, pulse_operator_read, pulse_operator_write;
GRANT SELECT, UPDATE (last_used_at, last_used_ip) ON operator_keys TO pulse_ingest;
GRANT SELECT ON operator_keys TO pulse_operator_read;
GRANT SELECT, INSERT, UPDATE ON operator_keys TO pulse_operator_write;
