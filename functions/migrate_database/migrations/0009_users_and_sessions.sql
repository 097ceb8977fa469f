-- What the authorizer asks of a caller: is the tenant in business, is the address allowed, is the user let in, was the
-- session ended. Tenants and users are editable, so both count their versions.

ALTER TABLE tenants
    -- Empty allows every address.
    ADD COLUMN IF NOT EXISTS ip_allowlist     cidr[] NOT NULL DEFAULT '{}' CHECK (cardinality(ip_allowlist) <= 100),
    ADD COLUMN IF NOT EXISTS suspended_at     timestamptz,
    ADD COLUMN IF NOT EXISTS suspended_reason text NOT NULL DEFAULT '',
    ADD COLUMN IF NOT EXISTS deleted_at       timestamptz,
    ADD COLUMN IF NOT EXISTS version          integer NOT NULL DEFAULT 1;

ALTER TABLE users
    -- The pool's name of the user: the sub of those who sign in by password, `<provider>_<id>` of federated ones.
    ADD COLUMN IF NOT EXISTS username          text,
    ADD COLUMN IF NOT EXISTS is_federated      boolean NOT NULL DEFAULT false,
    ADD COLUMN IF NOT EXISTS status            text NOT NULL DEFAULT 'ACTIVE'
                             CHECK (status IN ('INVITED', 'ACTIVE', 'DISABLED', 'DELETED')),
    -- An access token issued at this time or earlier is worth nothing: the role changed, or the user was signed out.
    ADD COLUMN IF NOT EXISTS tokens_valid_from timestamptz,
    ADD COLUMN IF NOT EXISTS last_seen_at      timestamptz,
    ADD COLUMN IF NOT EXISTS deleted_at        timestamptz,
    ADD COLUMN IF NOT EXISTS version           integer NOT NULL DEFAULT 1;
-- Forced row-level security hides every row from its owner too; pulse_isolate() below forces it again.
ALTER TABLE users NO FORCE ROW LEVEL SECURITY;
UPDATE users SET username = user_id::text WHERE username IS NULL;
ALTER TABLE users ALTER COLUMN username SET NOT NULL;
CREATE INDEX IF NOT EXISTS users_newest ON users (created_at DESC, user_id);
-- Tenant-admins manage their users; the authorizer, which is of the machine plane, notes whom it sees.
SELECT pulse_isolate('users', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');

-- One row for each sign-in, by the `origin_jti` that all tokens of a sign-in share. Operators have no tenant.
CREATE TABLE IF NOT EXISTS user_sessions (
    session_id    text PRIMARY KEY CHECK (length(session_id) BETWEEN 1 AND 200),
    user_id       uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    tenant_id     text REFERENCES tenants,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at  timestamptz NOT NULL DEFAULT now(),
    ip_address    inet,
    user_agent    text NOT NULL DEFAULT '',
    revoked_at    timestamptz,
    revoked_by    text
);
CREATE INDEX IF NOT EXISTS user_sessions_of_user ON user_sessions (user_id, last_seen_at DESC);
SELECT pulse_isolate('user_sessions', 'SELECT, UPDATE', 'SELECT, INSERT, UPDATE, DELETE');
