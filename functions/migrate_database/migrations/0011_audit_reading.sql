-- The audit log as people read it: with names, newest first. `actor` stays the id, which outlives an address.

ALTER TABLE audit_log ADD COLUMN IF NOT EXISTS actor_name text NOT NULL DEFAULT '';
CREATE INDEX IF NOT EXISTS audit_log_newest_of_tenant ON audit_log (tenant_id, audit_id DESC);
CREATE INDEX IF NOT EXISTS audit_log_of_actor ON audit_log (actor, audit_id DESC);
