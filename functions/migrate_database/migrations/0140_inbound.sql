-- Addons, the sources that speak through them, and what they have said.

-- Addons of a tenant's own, each version as it was uploaded; the newest one reads. Built-in ones are files.
CREATE TABLE IF NOT EXISTS addon_versions (
    tenant_id   text NOT NULL REFERENCES tenants,
    addon_id    text NOT NULL CHECK (addon_id ~ '^[a-z][a-z0-9_]{1,63}$'),
    number      integer NOT NULL CHECK (number >= 1),
    manifest    jsonb NOT NULL CHECK (jsonb_typeof(manifest) = 'object'),
    uploaded_at timestamptz NOT NULL DEFAULT now(),
    uploaded_by text NOT NULL,
    PRIMARY KEY (tenant_id, addon_id, number)
);
SELECT pulse_isolate('addon_versions', 'SELECT, INSERT, DELETE', 'SELECT');

-- What a tenant has made of an addon. Without a row it is disabled.
CREATE TABLE IF NOT EXISTS tenant_addons (
    tenant_id  text NOT NULL REFERENCES tenants,
    addon_id   text NOT NULL,
    enabled    boolean NOT NULL DEFAULT false,
    -- {type: {"enabled": true|false|null, "severity": "HIGH"|null}}
    overrides  jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(overrides) = 'object'),
    version    integer NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, addon_id)
);
SELECT pulse_isolate('tenant_addons', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');

CREATE TABLE IF NOT EXISTS inbound_sources (
    tenant_id       text NOT NULL REFERENCES tenants,
    source_id       uuid NOT NULL DEFAULT gen_random_uuid(),
    name            text NOT NULL CHECK (name <> ''),
    -- Null: whichever enabled addon knows the SNMP notification best.
    addon_id        text,
    -- Where the alerts of devices belong that are not in the registry.
    site_id         text,
    authentication  jsonb NOT NULL CHECK (jsonb_typeof(authentication) = 'object'),
    -- Encrypted with the installation's KMS key.
    secret          bytea NOT NULL,
    former_secret   bytea,
    former_secret_expires_at timestamptz,
    enabled         boolean NOT NULL DEFAULT true,
    last_received_at timestamptz,
    received        bigint NOT NULL DEFAULT 0,
    unreadable      bigint NOT NULL DEFAULT 0,
    last_error      text,
    version         integer NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, source_id),
    UNIQUE (tenant_id, name),
    FOREIGN KEY (tenant_id, site_id) REFERENCES sites
);
SELECT pulse_isolate('inbound_sources', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, UPDATE');

-- What is alerted about and is in no registry.
CREATE TABLE IF NOT EXISTS external_devices (
    tenant_id          text NOT NULL REFERENCES tenants,
    external_device_id uuid NOT NULL DEFAULT gen_random_uuid(),
    addon_id           text NOT NULL,
    -- What the addon tells it from others by.
    key                text NOT NULL,
    name               text NOT NULL,
    address            text,
    source_id          uuid NOT NULL,
    first_seen_at      timestamptz NOT NULL,
    last_seen_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, external_device_id),
    UNIQUE (tenant_id, addon_id, key)
);
SELECT pulse_isolate('external_devices', 'SELECT, DELETE', 'SELECT, INSERT, UPDATE');

-- Of each cause the newest message that spoke of it: an older one that comes later changes nothing, and neither does the
-- same one again.
CREATE TABLE IF NOT EXISTS addon_causes (
    tenant_id   text NOT NULL REFERENCES tenants,
    fingerprint text NOT NULL,
    addon_id    text NOT NULL,
    type        text NOT NULL,
    source_id   uuid NOT NULL,
    received_at timestamptz NOT NULL,
    message_id  uuid NOT NULL,
    raised      boolean NOT NULL,
    PRIMARY KEY (tenant_id, fingerprint)
);
CREATE INDEX IF NOT EXISTS addon_causes_raised ON addon_causes (tenant_id, addon_id, type) WHERE raised;
CREATE INDEX IF NOT EXISTS addon_causes_cleared ON addon_causes (received_at) WHERE NOT raised;
SELECT pulse_isolate('addon_causes', 'SELECT, UPDATE', 'SELECT, INSERT, UPDATE, DELETE');

-- How others may call a device.
CREATE INDEX IF NOT EXISTS devices_by_serial_number ON devices (tenant_id, serial_number) WHERE serial_number <> '';
CREATE INDEX IF NOT EXISTS devices_by_mac ON devices (tenant_id, lower(mac)) WHERE mac <> '';

INSERT INTO limits (name, description, default_rates, error)
VALUES ('inbound_source', 'Messages of one inbound source', '120:10,600:60', 'this source sends too much')
ON CONFLICT (name) DO NOTHING;
