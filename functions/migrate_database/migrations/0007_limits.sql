-- How much anybody may ask for. A limit is a list of rates, `count:seconds,count:seconds`, all of which hold.

CREATE TABLE IF NOT EXISTS limits (
    name          text PRIMARY KEY,
    description   text NOT NULL,
    default_rates text NOT NULL
                  CHECK (default_rates ~ '^[1-9][0-9]{0,8}:[1-9][0-9]{0,5}(,[1-9][0-9]{0,8}:[1-9][0-9]{0,5})*$'),
    -- What those read who exceed it; the numbers are added.
    error         text NOT NULL CHECK (error <> '')
);
GRANT SELECT ON limits TO pulse_app, pulse_ingest, pulse_operator_read, pulse_operator_write;

INSERT INTO limits (name, description, default_rates, error)
VALUES ('api_user', 'API requests of one user or API key', '100:60',
        'this account has sent too many requests'),
       ('api_tenant', 'API requests of all users and API keys of a tenant together', '1000:60',
        'the accounts of your organisation have together sent too many requests')
ON CONFLICT (name) DO NOTHING;

-- Exceptions for single tenants; without a row the default holds.
CREATE TABLE IF NOT EXISTS tenant_limits (
    tenant_id text NOT NULL REFERENCES tenants,
    name      text NOT NULL REFERENCES limits,
    rates     text NOT NULL
              CHECK (rates ~ '^[1-9][0-9]{0,8}:[1-9][0-9]{0,5}(,[1-9][0-9]{0,8}:[1-9][0-9]{0,5})*$'),
    PRIMARY KEY (tenant_id, name)
);
SELECT pulse_isolate('tenant_limits', 'SELECT', 'SELECT');
