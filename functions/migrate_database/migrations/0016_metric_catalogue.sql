-- What metrics mean to a tenant, and under which name and unit those of different devices are one.

CREATE TABLE IF NOT EXISTS metric_catalog (
    tenant_id    text NOT NULL REFERENCES tenants,
    metric_id    uuid NOT NULL DEFAULT gen_random_uuid(),
    metric       text NOT NULL CHECK (length(metric) BETWEEN 1 AND 128),
    description  text NOT NULL DEFAULT '',
    unit         text NOT NULL DEFAULT '',
    expected_min double precision,
    expected_max double precision,
    version      integer NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CHECK (expected_min <= expected_max),
    PRIMARY KEY (tenant_id, metric_id),
    UNIQUE (tenant_id, metric)
);
SELECT pulse_isolate('metric_catalog', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');

-- normalized = raw * multiplier + offset_value. A raw name has one meaning; several may share one.
CREATE TABLE IF NOT EXISTS metric_mappings (
    tenant_id         text NOT NULL REFERENCES tenants,
    mapping_id        uuid NOT NULL DEFAULT gen_random_uuid(),
    raw_metric        text NOT NULL CHECK (length(raw_metric) BETWEEN 1 AND 128),
    normalized_metric text NOT NULL,
    multiplier        double precision NOT NULL DEFAULT 1 CHECK (multiplier <> 0),
    offset_value      double precision NOT NULL DEFAULT 0,
    version           integer NOT NULL DEFAULT 1,
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, mapping_id),
    UNIQUE (tenant_id, raw_metric),
    FOREIGN KEY (tenant_id, normalized_metric) REFERENCES metric_catalog (tenant_id, metric)
);
CREATE INDEX IF NOT EXISTS metric_mappings_to ON metric_mappings (tenant_id, normalized_metric);
SELECT pulse_isolate('metric_mappings', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');
