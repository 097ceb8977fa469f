-- Events written in the transaction of the change that they tell of. A row goes once the bus has taken it.

CREATE TABLE IF NOT EXISTS outbox (
    event_id   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    sequence   bigint GENERATED ALWAYS AS IDENTITY,
    tenant_id  text NOT NULL,
    event_type text NOT NULL,
    payload    jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    due_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts   integer NOT NULL DEFAULT 0,
    last_error text
);
CREATE INDEX IF NOT EXISTS outbox_due ON outbox (due_at, sequence);
SELECT pulse_isolate('outbox', 'INSERT', 'SELECT, INSERT, UPDATE, DELETE');
