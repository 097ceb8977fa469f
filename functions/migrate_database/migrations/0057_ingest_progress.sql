-- How far ingest and the sweep have come, so that nobody is called silent whose messages are still on their way.

-- A batch now and then from each execution environment, and each that had waited. Kept for an hour.
CREATE TABLE IF NOT EXISTS ingest_progress (
    entry_id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    noted_at           timestamptz NOT NULL,
    -- When the platform took the batch's oldest message.
    oldest_received_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS ingest_progress_noted ON ingest_progress (noted_at);
REVOKE ALL ON ingest_progress FROM pulse_app, pulse_ingest, pulse_operator_read, pulse_operator_write;
GRANT SELECT, INSERT, DELETE ON ingest_progress TO pulse_ingest;
