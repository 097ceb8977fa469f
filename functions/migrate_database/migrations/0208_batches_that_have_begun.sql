-- What ingest is at work on: a function that stalls or dies has messages whose devices are not silent.

CREATE TABLE IF NOT EXISTS ingest_begun (
    batch_id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    begun_at           timestamptz NOT NULL,
    -- When the platform took the batch's oldest message.
    oldest_received_at timestamptz NOT NULL
);
REVOKE ALL ON ingest_begun FROM pulse_app, pulse_ingest, pulse_operator_read, pulse_operator_write;
GRANT SELECT, INSERT, DELETE ON ingest_begun TO pulse_ingest;
