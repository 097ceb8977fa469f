-- What people keep of their fleet: all of a device's fields, what it is searched by, groups, seats, and its lifecycle.

ALTER TABLE sites
    ADD COLUMN IF NOT EXISTS updated_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN IF NOT EXISTS version    integer NOT NULL DEFAULT 1;

ALTER TABLE device_types
    ADD COLUMN IF NOT EXISTS description text NOT NULL DEFAULT '',
    ADD COLUMN IF NOT EXISTS created_at  timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN IF NOT EXISTS updated_at  timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN IF NOT EXISTS version     integer NOT NULL DEFAULT 1;

ALTER TABLE devices
    ADD COLUMN IF NOT EXISTS mac                  text NOT NULL DEFAULT '',
    ADD COLUMN IF NOT EXISTS imei                 text NOT NULL DEFAULT '',
    ADD COLUMN IF NOT EXISTS iccid                text NOT NULL DEFAULT '',
    -- The gateway that the device is reached through.
    ADD COLUMN IF NOT EXISTS parent_device_id     text,
    ADD COLUMN IF NOT EXISTS lifecycle_changed_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN IF NOT EXISTS lifecycle_reason     text NOT NULL DEFAULT '',
    ADD COLUMN IF NOT EXISTS decommissioned_at    timestamptz,
    ADD COLUMN IF NOT EXISTS decommissioned_by    text,
    ADD COLUMN IF NOT EXISTS version              integer NOT NULL DEFAULT 1;
-- Their sum stays below what an index entry can hold (devices_search).
ALTER TABLE devices DROP CONSTRAINT IF EXISTS devices_text_lengths;
ALTER TABLE devices ADD CONSTRAINT devices_text_lengths CHECK (
    greatest(length(name), length(model), length(manufacturer), length(serial_number), length(hardware_version),
             length(firmware_version)) <= 100
    AND length(mac) <= 17 AND length(imei) <= 16 AND length(iccid) <= 22 AND length(notes) <= 4000
);
ALTER TABLE devices DROP CONSTRAINT IF EXISTS devices_parent;
ALTER TABLE devices ADD CONSTRAINT devices_parent FOREIGN KEY (tenant_id, parent_device_id)
    REFERENCES devices (tenant_id, device_id) ON DELETE SET NULL (parent_device_id);
ALTER TABLE devices DROP CONSTRAINT IF EXISTS devices_not_its_own_parent;
ALTER TABLE devices ADD CONSTRAINT devices_not_its_own_parent CHECK (parent_device_id <> device_id);
CREATE INDEX IF NOT EXISTS devices_of_parent ON devices (tenant_id, parent_device_id)
    WHERE parent_device_id IS NOT NULL;

-- Under row-level security an index serves leakproof operators alone. Those of trigrams and of jsonb are not, so a text
-- is looked for in a narrow index from which a whole tenant is read in milliseconds, and tags have rows of their own.
ALTER TABLE devices ADD COLUMN IF NOT EXISTS search_text text GENERATED ALWAYS AS (lower(
    device_id || E'\n' || name || E'\n' || site_id || E'\n' || model || E'\n' || manufacturer || E'\n'
    || serial_number || E'\n' || mac || E'\n' || imei || E'\n' || iccid
)) STORED;
CREATE INDEX IF NOT EXISTS devices_search ON devices (tenant_id, device_id)
    INCLUDE (lifecycle, site_id, device_type, search_text);
CREATE INDEX IF NOT EXISTS devices_by_name ON devices (tenant_id, lower(name), device_id);

CREATE TABLE IF NOT EXISTS device_tags (
    tenant_id text NOT NULL,
    device_id text NOT NULL,
    tag       text NOT NULL,
    value     text NOT NULL,
    PRIMARY KEY (tenant_id, device_id, tag),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS device_tags_search ON device_tags (tenant_id, tag, value, device_id);

-- devices.tags is the truth; these rows follow it as an index does, whoever writes.
CREATE OR REPLACE FUNCTION pulse_index_tags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM device_tags WHERE tenant_id = NEW.tenant_id AND device_id = NEW.device_id;
    INSERT INTO device_tags (tenant_id, device_id, tag, value)
    SELECT NEW.tenant_id, NEW.device_id, key, value FROM jsonb_each_text(NEW.tags);
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER devices_tags_entered AFTER INSERT ON devices
    FOR EACH ROW WHEN (NEW.tags <> '{}') EXECUTE FUNCTION pulse_index_tags();
CREATE OR REPLACE TRIGGER devices_tags_changed AFTER UPDATE OF tags ON devices
    FOR EACH ROW WHEN (NEW.tags <> OLD.tags) EXECUTE FUNCTION pulse_index_tags();

-- Who has not been heard of for the longest time; and those that are not ONLINE, which leaves the many updates of those
-- that are alone.
CREATE INDEX IF NOT EXISTS device_state_last_seen ON device_state
    (tenant_id, (coalesce(last_seen_at, '-infinity'::timestamptz)), device_id);
CREATE INDEX IF NOT EXISTS device_state_not_online ON device_state (tenant_id, status, device_id)
    WHERE status <> 'ONLINE';

CREATE TABLE IF NOT EXISTS device_groups (
    tenant_id   text NOT NULL REFERENCES tenants,
    group_id    uuid NOT NULL DEFAULT gen_random_uuid(),
    name        text NOT NULL CHECK (name <> ''),
    description text NOT NULL DEFAULT '',
    -- STATIC: whoever is entered; DYNAMIC: whoever the filter fits at the moment.
    kind        text NOT NULL CHECK (kind IN ('STATIC', 'DYNAMIC')),
    filter      jsonb,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    version     integer NOT NULL DEFAULT 1,
    CHECK ((kind = 'DYNAMIC') = (filter IS NOT NULL)),
    PRIMARY KEY (tenant_id, group_id),
    UNIQUE (tenant_id, name)
);
SELECT pulse_isolate('device_groups', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');

CREATE TABLE IF NOT EXISTS device_group_members (
    tenant_id text NOT NULL,
    group_id  uuid NOT NULL,
    device_id text NOT NULL,
    added_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, group_id, device_id),
    FOREIGN KEY (tenant_id, group_id) REFERENCES device_groups ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS device_group_members_of_device ON device_group_members (tenant_id, device_id);
SELECT pulse_isolate('device_group_members', 'SELECT, INSERT, DELETE', 'SELECT');

-- How many devices a tenant may have, and has. A decommissioned device gives its seat back.
CREATE TABLE IF NOT EXISTS device_seats (
    tenant_id    text PRIMARY KEY REFERENCES tenants,
    -- Null is the limit of everybody (pulse.devices.seats).
    device_limit integer CHECK (device_limit >= 0),
    taken        integer NOT NULL DEFAULT 0 CHECK (taken >= 0)
);

-- Why and by whom a device was put out of service and back.
CREATE TABLE IF NOT EXISTS device_lifecycle_log (
    entry_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id      text NOT NULL,
    device_id      text NOT NULL,
    time           timestamptz NOT NULL,
    from_lifecycle text NOT NULL,
    to_lifecycle   text NOT NULL,
    reason         text NOT NULL DEFAULT '',
    actor          text NOT NULL,
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS device_lifecycle_log_of_device ON device_lifecycle_log (tenant_id, device_id, time DESC);
SELECT pulse_isolate('device_lifecycle_log', 'SELECT, INSERT', 'SELECT');

-- Forced row-level security hides every row from its owner too; pulse_isolate() forces it again.
ALTER TABLE devices NO FORCE ROW LEVEL SECURITY;
INSERT INTO device_tags (tenant_id, device_id, tag, value)
SELECT tenant_id, device_id, key, value FROM devices, jsonb_each_text(tags)
ON CONFLICT DO NOTHING;
INSERT INTO device_seats (tenant_id, taken)
SELECT tenant_id, count(*) FROM devices WHERE lifecycle <> 'DECOMMISSIONED' GROUP BY tenant_id
ON CONFLICT DO NOTHING;
SELECT pulse_isolate('device_tags', 'SELECT, INSERT, DELETE', 'SELECT');
SELECT pulse_isolate('device_seats', 'SELECT, INSERT, UPDATE', '');
SELECT pulse_isolate('devices', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');
