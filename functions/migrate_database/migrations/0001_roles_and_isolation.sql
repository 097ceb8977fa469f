-- Who may do what. The services log in as pulse_service, which inherits nothing and becomes one of four roles per
-- transaction; pulse_isolate() gives a table its row-level security, so that no migration writes policies by hand.

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['pulse_app', 'pulse_ingest', 'pulse_operator_read', 'pulse_operator_write'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        END IF;
    END LOOP;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pulse_service') THEN
        CREATE ROLE pulse_service LOGIN NOINHERIT;
    END IF;
END $$;

GRANT pulse_app, pulse_ingest, pulse_operator_read, pulse_operator_write TO pulse_service;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO pulse_app, pulse_ingest, pulse_operator_read, pulse_operator_write;
-- The health check names the newest migration.
GRANT SELECT ON schema_migrations TO pulse_ingest;

CREATE OR REPLACE FUNCTION pulse_isolate(target regclass, app_privileges text, ingest_privileges text)
RETURNS void LANGUAGE plpgsql AS $$
-- Row-level security for a table that has tenant_id, and its grants. An empty privilege list grants nothing.
-- Operators get row access by policy (reading, or writing through the second role), never by BYPASSRLS.
DECLARE
    policy text;
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    FOREACH policy IN ARRAY ARRAY['tenant_isolation', 'machine_plane', 'operator_read', 'operator_write'] LOOP
        EXECUTE format('DROP POLICY IF EXISTS %I ON %s', policy, target);
    END LOOP;
    EXECUTE format(
        'CREATE POLICY tenant_isolation ON %s TO pulse_app
         USING (tenant_id = current_setting(''app.tenant_id'', true))
         WITH CHECK (tenant_id = current_setting(''app.tenant_id'', true))', target);
    EXECUTE format('CREATE POLICY machine_plane ON %s TO pulse_ingest USING (true) WITH CHECK (true)', target);
    EXECUTE format('CREATE POLICY operator_read ON %s FOR SELECT TO pulse_operator_read USING (true)', target);
    EXECUTE format('CREATE POLICY operator_write ON %s TO pulse_operator_write USING (true) WITH CHECK (true)', target);

    EXECUTE format('REVOKE ALL ON %s FROM pulse_app, pulse_ingest, pulse_operator_read, pulse_operator_write', target);
    IF app_privileges <> '' THEN
        EXECUTE format('GRANT %s ON %s TO pulse_app', app_privileges, target);
    END IF;
    IF ingest_privileges <> '' THEN
        EXECUTE format('GRANT %s ON %s TO pulse_ingest', ingest_privileges, target);
    END IF;
    EXECUTE format('GRANT SELECT ON %s TO pulse_operator_read', target);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO pulse_operator_write', target);
END $$;

REVOKE EXECUTE ON FUNCTION pulse_isolate(regclass, text, text) FROM PUBLIC;

-- One severity scale, in order: comparisons and sorting follow it (docs/decisions/0004).
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'severity') THEN
        CREATE TYPE severity AS ENUM ('INFO', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL');
    END IF;
END $$;
