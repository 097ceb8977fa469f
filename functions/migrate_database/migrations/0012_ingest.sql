-- What ingest measures rates by, how it tells repetitions without a time, and how often it refuses.

-- What a device has sent lately: {"count:seconds": [second, missing tokens, messages in that second and the next…]}.
ALTER TABLE device_state ADD COLUMN IF NOT EXISTS receipts json NOT NULL DEFAULT '{}';

-- The same for a tenant.
CREATE TABLE IF NOT EXISTS ingest_usage (
    tenant_id text PRIMARY KEY REFERENCES tenants,
    receipts  json NOT NULL DEFAULT '{}'
) WITH (fillfactor = 50);
SELECT pulse_isolate('ingest_usage', 'SELECT', 'SELECT, INSERT, UPDATE');

INSERT INTO limits (name, description, default_rates, error)
VALUES ('ingest_device', 'Messages of one device: a bucket of so many, refilled in so many seconds', '20:4',
        'the device sends more messages than it may'),
       ('ingest_tenant', 'Messages of all devices of a tenant together', '1000:1,600000:3600',
        'the devices of your organisation together send more messages than they may')
ON CONFLICT (name) DO NOTHING;

-- Ids of messages that leave a time out, for two days: their readings are dated by receipt, so that the telemetry's
-- own index can't tell that one is a repetition.
CREATE TABLE IF NOT EXISTS message_receipts (
    tenant_id   text NOT NULL,
    device_id   text NOT NULL,
    message_id  text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, device_id, message_id)
);
CREATE INDEX IF NOT EXISTS message_receipts_age ON message_receipts (received_at);
SELECT pulse_isolate('message_receipts', '', 'SELECT, INSERT, DELETE');

-- All refused messages are counted; quarantine_events holds the first of each minute, tenant and reason. The tenant is
-- the one that the topic claims, if any.
CREATE TABLE IF NOT EXISTS quarantine_counts (
    tenant_id text,
    minute    timestamptz NOT NULL,
    reason    text NOT NULL,
    messages  bigint NOT NULL,
    UNIQUE NULLS NOT DISTINCT (tenant_id, minute, reason)
);
SELECT pulse_isolate('quarantine_counts', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE');

INSERT INTO quarantine_counts (tenant_id, minute, reason, messages)
SELECT tenant_id, date_trunc('minute', received_at, 'UTC'), reason, count(*)
FROM quarantine_events
WHERE NOT EXISTS (SELECT FROM quarantine_counts)
GROUP BY 1, 2, 3;
