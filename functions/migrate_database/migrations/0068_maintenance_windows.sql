-- Maintenance windows, and what was seen during one: it opens when the window ends, if it is still true then.

CREATE TABLE IF NOT EXISTS maintenance_windows (
    tenant_id      text NOT NULL REFERENCES tenants,
    window_id      uuid NOT NULL DEFAULT gen_random_uuid(),
    name           text NOT NULL CHECK (name <> ''),
    description    text NOT NULL DEFAULT '',
    -- The first time. It comes again by the recurrence rule (RFC 5545), at the same wall-clock time of the zone.
    starts_at      timestamptz NOT NULL,
    ends_at        timestamptz NOT NULL CHECK (ends_at > starts_at),
    timezone       text NOT NULL,
    recurrence     text CHECK (recurrence <> ''),
    -- {"site_ids": [], "device_ids": [], "device_types": [], "tags": {}, "group_ids": []}; what is empty does not narrow
    selector       jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(selector) = 'object'),
    -- The time that is on or comes next, kept by the sweep; null when there is none any more.
    next_starts_at timestamptz,
    next_ends_at   timestamptz,
    -- When the last time ends.
    expires_at     timestamptz NOT NULL,
    created_by     text NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    version        integer NOT NULL DEFAULT 1,
    CHECK ((next_starts_at IS NULL) = (next_ends_at IS NULL)),
    PRIMARY KEY (tenant_id, window_id)
);
CREATE INDEX IF NOT EXISTS maintenance_windows_next
    ON maintenance_windows (tenant_id, (coalesce(next_starts_at, 'infinity'::timestamptz)), window_id);
CREATE INDEX IF NOT EXISTS maintenance_windows_over ON maintenance_windows (next_ends_at)
    WHERE next_ends_at IS NOT NULL;
SELECT pulse_isolate('maintenance_windows', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, UPDATE');

CREATE TABLE IF NOT EXISTS held_openings (
    tenant_id   text NOT NULL REFERENCES tenants,
    fingerprint text NOT NULL,
    device_id   text,
    rule_id     uuid,
    window_id   uuid NOT NULL,
    -- The opening as it was last seen, with the worst severity; how often, and since when.
    opening     jsonb NOT NULL,
    seen        integer NOT NULL,
    held_since  timestamptz NOT NULL,
    release_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, fingerprint)
);
CREATE INDEX IF NOT EXISTS held_openings_due ON held_openings (release_at);
CREATE INDEX IF NOT EXISTS held_openings_of_window ON held_openings (tenant_id, window_id);
SELECT pulse_isolate('held_openings', 'SELECT, UPDATE, DELETE', 'SELECT, INSERT, UPDATE, DELETE');
