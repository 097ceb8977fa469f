-- The fleet: sites, device types, devices, their credentials, and the state of each device.

CREATE TABLE IF NOT EXISTS sites (
    tenant_id  text NOT NULL REFERENCES tenants,
    site_id    text NOT NULL CHECK (site_id ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$'),
    name       text NOT NULL CHECK (name <> ''),
    address    text NOT NULL DEFAULT '',
    latitude   double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude  double precision CHECK (longitude BETWEEN -180 AND 180),
    timezone   text NOT NULL DEFAULT 'UTC',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, site_id)
);
SELECT pulse_isolate('sites', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');

CREATE TABLE IF NOT EXISTS device_types (
    tenant_id                 text NOT NULL REFERENCES tenants,
    device_type               text NOT NULL CHECK (device_type ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$'),
    expected_interval_seconds integer NOT NULL DEFAULT 60 CHECK (expected_interval_seconds BETWEEN 1 AND 2592000),
    stale_factor              numeric NOT NULL DEFAULT 2 CHECK (stale_factor >= 1),
    offline_factor            numeric NOT NULL DEFAULT 5,
    CHECK (offline_factor > stale_factor),
    PRIMARY KEY (tenant_id, device_type)
);
SELECT pulse_isolate('device_types', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');

CREATE TABLE IF NOT EXISTS devices (
    tenant_id                 text NOT NULL REFERENCES tenants,
    -- It is a topic level, a thing name's part and a certificate's common name, hence the narrow alphabet.
    device_id                 text NOT NULL CHECK (device_id ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$'),
    site_id                   text NOT NULL,
    device_type               text NOT NULL,
    name                      text NOT NULL DEFAULT '',
    lifecycle                 text NOT NULL DEFAULT 'ACTIVE'
                              CHECK (lifecycle IN ('ACTIVE', 'SUSPENDED', 'DECOMMISSIONED')),
    tags                      jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(tags) = 'object'),
    model                     text NOT NULL DEFAULT '',
    manufacturer              text NOT NULL DEFAULT '',
    serial_number             text NOT NULL DEFAULT '',
    hardware_version          text NOT NULL DEFAULT '',
    firmware_version          text NOT NULL DEFAULT '',
    latitude                  double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude                 double precision CHECK (longitude BETWEEN -180 AND 180),
    notes                     text NOT NULL DEFAULT '',
    -- Overrides the device type's interval.
    expected_interval_seconds integer CHECK (expected_interval_seconds BETWEEN 1 AND 2592000),
    created_at                timestamptz NOT NULL DEFAULT now(),
    updated_at                timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, device_id),
    FOREIGN KEY (tenant_id, site_id) REFERENCES sites,
    FOREIGN KEY (tenant_id, device_type) REFERENCES device_types
);
CREATE INDEX IF NOT EXISTS devices_of_site ON devices (tenant_id, site_id);
CREATE INDEX IF NOT EXISTS devices_of_type ON devices (tenant_id, device_type);
SELECT pulse_isolate('devices', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');

-- The one credential model: a message is accepted when its principal is a live credential of that very device.
CREATE TABLE IF NOT EXISTS device_credentials (
    tenant_id     text NOT NULL,
    device_id     text NOT NULL,
    -- The certificate's id at the broker (what the broker reports as principal), or a token's id.
    credential_id text NOT NULL CHECK (credential_id <> ''),
    kind          text NOT NULL CHECK (kind IN ('certificate', 'token')),
    certificate_arn text,
    label         text NOT NULL DEFAULT '',
    issued_at     timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz,
    revoked_at    timestamptz,
    CHECK ((kind = 'certificate') = (certificate_arn IS NOT NULL)),
    PRIMARY KEY (tenant_id, device_id, credential_id),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices ON DELETE CASCADE
);
SELECT pulse_isolate('device_credentials', 'SELECT, INSERT, UPDATE', 'SELECT');

-- What is known of a device right now. Deadlines are stored, so that a sweep finds who is due by an index.
CREATE TABLE IF NOT EXISTS device_state (
    tenant_id         text NOT NULL,
    device_id         text NOT NULL,
    status            text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'ONLINE', 'STALE', 'OFFLINE')),
    status_changed_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at      timestamptz,
    last_telemetry_at timestamptz,
    -- {metric: {"value": number or boolean, "time": instant}}: the newest value of every metric ever sent.
    last_metrics      jsonb NOT NULL DEFAULT '{}',
    stale_at          timestamptz,
    offline_at        timestamptz,
    -- Set with a write, cleared by the evaluation that follows it; what stays set was missed and is swept.
    evaluation_due_at timestamptz,
    -- Time of the newest reading that rules have seen; an older one is stored and not evaluated.
    evaluated_until   timestamptz,
    PRIMARY KEY (tenant_id, device_id),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices ON DELETE CASCADE
) WITH (fillfactor = 70);
CREATE INDEX IF NOT EXISTS device_state_stale_due ON device_state (stale_at) WHERE status = 'ONLINE';
CREATE INDEX IF NOT EXISTS device_state_offline_due ON device_state (offline_at) WHERE status = 'STALE';
CREATE INDEX IF NOT EXISTS device_state_evaluation_due ON device_state (evaluation_due_at)
    WHERE evaluation_due_at IS NOT NULL;
SELECT pulse_isolate('device_state', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');

-- Every transition, for uptime and service levels.
CREATE TABLE IF NOT EXISTS device_status_log (
    entry_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id text NOT NULL,
    device_id text NOT NULL,
    time      timestamptz NOT NULL,
    from_status text NOT NULL,
    to_status   text NOT NULL,
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS device_status_log_of_device ON device_status_log (tenant_id, device_id, time DESC);
SELECT pulse_isolate('device_status_log', 'SELECT', 'SELECT, INSERT');
