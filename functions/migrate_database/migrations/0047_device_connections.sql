-- Sessions of devices at the broker. Its events come twice and out of order, so that a session is one row which both of
-- its events complete, and whether a device is connected is read from its newest session.

CREATE TABLE IF NOT EXISTS device_connections (
    tenant_id         text NOT NULL,
    device_id         text NOT NULL,
    session_id        text NOT NULL CHECK (session_id <> ''),
    -- Null as long as only the end of the session is known.
    connected_at      timestamptz,
    disconnected_at   timestamptz,
    -- Counts the connections of a client, which tells apart those of one millisecond.
    connection_number bigint NOT NULL DEFAULT 0,
    credential_id     text NOT NULL DEFAULT '',
    ip_address        inet,
    disconnect_reason text NOT NULL DEFAULT '',
    CHECK (coalesce(connected_at, disconnected_at) IS NOT NULL),
    PRIMARY KEY (tenant_id, device_id, session_id),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS device_connections_newest ON device_connections
    (tenant_id, device_id, coalesce(connected_at, disconnected_at) DESC, session_id DESC);
CREATE INDEX IF NOT EXISTS device_connections_age ON device_connections (disconnected_at)
    WHERE disconnected_at IS NOT NULL;
SELECT pulse_isolate('device_connections', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE');
