-- Tenants, the mirror of their users, and the audit log.

CREATE TABLE IF NOT EXISTS tenants (
    tenant_id  text PRIMARY KEY CHECK (tenant_id ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'),
    name       text NOT NULL CHECK (name <> ''),
    status     text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'SUSPENDED', 'DELETED')),
    timezone   text NOT NULL DEFAULT 'UTC',
    created_at timestamptz NOT NULL DEFAULT now()
);
SELECT pulse_isolate('tenants', 'SELECT', 'SELECT');

-- Cognito is the truth about users; this mirror exists for display and audit. Operators have no tenant.
CREATE TABLE IF NOT EXISTS users (
    user_id    uuid PRIMARY KEY,
    tenant_id  text REFERENCES tenants,
    email      text NOT NULL,
    name       text NOT NULL DEFAULT '',
    role       text NOT NULL CHECK (role IN ('viewer', 'customer', 'tenant-admin', 'operator', 'operator-admin')),
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((tenant_id IS NULL) = (role IN ('operator', 'operator-admin')))
);
CREATE INDEX IF NOT EXISTS users_of_tenant ON users (tenant_id, email);
SELECT pulse_isolate('users', 'SELECT', '');

-- Append-only: nobody but the owner may change or remove a row.
CREATE TABLE IF NOT EXISTS audit_log (
    audit_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    time         timestamptz NOT NULL DEFAULT clock_timestamp(),
    tenant_id    text,
    actor        text NOT NULL,
    action       text NOT NULL,
    subject      text NOT NULL DEFAULT '',
    before       jsonb,
    after        jsonb,
    ip_address   inet,
    request_id   text,
    cross_tenant boolean NOT NULL DEFAULT false
);
CREATE INDEX IF NOT EXISTS audit_log_of_tenant ON audit_log (tenant_id, time DESC);
SELECT pulse_isolate('audit_log', 'SELECT, INSERT', 'INSERT');
REVOKE UPDATE, DELETE ON audit_log FROM pulse_operator_write;
-- An operator's session starts with its audit row, which belongs to no tenant or to the one looked at.
DROP POLICY IF EXISTS operator_audit ON audit_log;
CREATE POLICY operator_audit ON audit_log FOR INSERT TO pulse_operator_read WITH CHECK (cross_tenant);
GRANT INSERT ON audit_log TO pulse_operator_read;
