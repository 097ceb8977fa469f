-- Targets: systems that are asked by an addon, from the cloud or by a site gateway.

CREATE TABLE IF NOT EXISTS poll_targets (
    tenant_id         text NOT NULL REFERENCES tenants,
    target_id         uuid NOT NULL DEFAULT gen_random_uuid(),
    name              text NOT NULL CHECK (name <> ''),
    addon_id          text NOT NULL,
    host              text NOT NULL CHECK (host <> ''),
    -- How it is signed in to, secrets as ***.
    access            jsonb NOT NULL CHECK (jsonb_typeof(access) = 'object'),
    -- Encrypted with the installation's KMS key.
    secrets           bytea,
    -- What an SSH server showed at the first poll, where no key of it was given.
    host_key          text,
    site_id           text,
    -- The device that asks; null for the cloud.
    gateway_device_id text,
    interval_seconds  integer NOT NULL CHECK (interval_seconds BETWEEN 30 AND 86400),
    timeout_seconds   integer NOT NULL CHECK (timeout_seconds BETWEEN 1 AND 25),
    failures_before_alert integer NOT NULL CHECK (failures_before_alert BETWEEN 1 AND 20),
    enabled           boolean NOT NULL DEFAULT true,
    -- Null while nobody in the cloud asks it.
    next_poll_at      timestamptz,
    -- Nobody asks it before: one poll at a time, and a pause after it.
    busy_until        timestamptz,
    last_polled_at    timestamptz,
    last_outcome      text,
    last_reason       text,
    last_seconds      double precision,
    last_success_at   timestamptz,
    failures          integer NOT NULL DEFAULT 0,
    version           integer NOT NULL DEFAULT 1,
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, target_id),
    UNIQUE (tenant_id, name),
    FOREIGN KEY (tenant_id, site_id) REFERENCES sites
);
CREATE INDEX IF NOT EXISTS poll_targets_due ON poll_targets (next_poll_at) WHERE next_poll_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS poll_targets_of_gateways ON poll_targets (tenant_id, gateway_device_id)
    WHERE gateway_device_id IS NOT NULL;
SELECT pulse_isolate('poll_targets', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, UPDATE');

-- Which gateways have to be told anew what they ask. `written` is the change that their shadows have.
CREATE TABLE IF NOT EXISTS gateway_assignments (
    tenant_id  text NOT NULL REFERENCES tenants,
    device_id  text NOT NULL,
    wanted     integer NOT NULL DEFAULT 1,
    written    integer NOT NULL DEFAULT 0,
    -- A shadow that can't be written is tried again later, and stops no other.
    due_at     timestamptz NOT NULL DEFAULT now(),
    error      text,
    PRIMARY KEY (tenant_id, device_id)
);
CREATE INDEX IF NOT EXISTS gateway_assignments_due ON gateway_assignments (due_at) WHERE written < wanted;
SELECT pulse_isolate('gateway_assignments', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE, DELETE');
