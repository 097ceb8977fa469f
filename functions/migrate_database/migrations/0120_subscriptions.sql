-- Subscriptions: for how many devices and how long, where each is in its life, and who wants it renewed.

CREATE TABLE IF NOT EXISTS subscriptions (
    tenant_id       text NOT NULL REFERENCES tenants,
    subscription_id uuid NOT NULL DEFAULT gen_random_uuid(),
    kind            text NOT NULL CHECK (kind IN ('MAIN', 'ADDON', 'TRIAL', 'TEMPORARY')),
    -- An ADDON's MAIN, with which it shares its term and its status.
    parent_subscription_id uuid,
    name            text NOT NULL CHECK (name <> ''),
    plan            text NOT NULL DEFAULT '',
    description     text NOT NULL DEFAULT '',
    device_limit    integer NOT NULL CHECK (device_limit >= 0),
    -- What its ADDONs allow beside its own limit, and how many devices there are; both 0 for an ADDON.
    addon_limit     integer NOT NULL DEFAULT 0 CHECK (addon_limit >= 0),
    devices         integer NOT NULL DEFAULT 0 CHECK (devices >= 0),
    status          text NOT NULL CHECK (status IN ('TRIAL', 'ACTIVE', 'GRACE', 'SUSPENDED', 'EXPIRED')),
    status_since    timestamptz NOT NULL,
    -- Why an operator has suspended it; empty otherwise.
    status_reason   text NOT NULL DEFAULT '',
    term_start      timestamptz NOT NULL,
    term_end        timestamptz NOT NULL,
    -- The nearest notice before the end of the term that is done with, in days; null: none is.
    noticed_days    integer,
    -- When its next step or notice is due; null when there is none, and for an ADDON.
    due_at          timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    created_by      text NOT NULL,
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, subscription_id),
    FOREIGN KEY (tenant_id, parent_subscription_id) REFERENCES subscriptions,
    CHECK ((kind = 'ADDON') = (parent_subscription_id IS NOT NULL)),
    CHECK (kind <> 'ADDON' OR (addon_limit = 0 AND devices = 0 AND due_at IS NULL)),
    CHECK (term_start < term_end)
);
CREATE INDEX IF NOT EXISTS subscriptions_due ON subscriptions (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS subscriptions_of_parent ON subscriptions (tenant_id, parent_subscription_id)
    WHERE parent_subscription_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS subscriptions_by_end ON subscriptions (term_end, subscription_id);
SELECT pulse_isolate('subscriptions', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE');

-- The history, append-only: what happened, when it was due, and by whom.
CREATE TABLE IF NOT EXISTS subscription_events (
    event_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id       text NOT NULL,
    subscription_id uuid NOT NULL,
    time            timestamptz NOT NULL,
    event           text NOT NULL,
    actor           text NOT NULL,
    from_status     text,
    to_status       text NOT NULL,
    detail          jsonb NOT NULL DEFAULT '{}',
    FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions
);
CREATE INDEX IF NOT EXISTS subscription_events_newest ON subscription_events (tenant_id, time DESC, event_id DESC);
SELECT pulse_isolate('subscription_events', 'SELECT, INSERT', 'SELECT, INSERT');

-- What tenants ask for and operators decide.
CREATE TABLE IF NOT EXISTS subscription_renewals (
    tenant_id       text NOT NULL,
    renewal_id      uuid NOT NULL DEFAULT gen_random_uuid(),
    subscription_id uuid NOT NULL,
    status          text NOT NULL DEFAULT 'REQUESTED'
                    CHECK (status IN ('REQUESTED', 'GRANTED', 'REFUSED', 'WITHDRAWN')),
    term_days       integer NOT NULL CHECK (term_days > 0),
    -- Null: as many as there are.
    device_limit    integer CHECK (device_limit >= 0),
    note            text NOT NULL DEFAULT '',
    requested_by    text NOT NULL,
    requested_at    timestamptz NOT NULL,
    decided_by      text,
    decided_at      timestamptz,
    decision        text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, renewal_id),
    FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions,
    CHECK ((status = 'REQUESTED') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX IF NOT EXISTS subscription_renewals_open ON subscription_renewals (tenant_id, subscription_id)
    WHERE status = 'REQUESTED';
CREATE INDEX IF NOT EXISTS subscription_renewals_newest ON subscription_renewals (requested_at DESC, renewal_id DESC);
SELECT pulse_isolate('subscription_renewals', 'SELECT, INSERT, UPDATE', '');

-- Whose seat a device has; null where the tenant has no subscription.
ALTER TABLE devices ADD COLUMN IF NOT EXISTS subscription_id uuid;
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'devices_subscription') THEN
        ALTER TABLE devices ADD CONSTRAINT devices_subscription
            FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions;
    END IF;
END $$;
CREATE INDEX IF NOT EXISTS devices_of_subscription ON devices (tenant_id, subscription_id, device_id)
    WHERE subscription_id IS NOT NULL;
