-- Readings of a deleted device stay until they are too old. Whoever is registered with its id later must not have them.

CREATE TABLE IF NOT EXISTS deleted_devices (
    tenant_id  text NOT NULL REFERENCES tenants,
    device_id  text NOT NULL,
    deleted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, device_id)
);
SELECT pulse_isolate('deleted_devices', 'SELECT, INSERT, UPDATE', '');

-- Null for a device whose id nobody had before.
ALTER TABLE devices ADD COLUMN IF NOT EXISTS readings_since timestamptz;
