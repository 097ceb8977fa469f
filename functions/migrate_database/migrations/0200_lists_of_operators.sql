-- What operators sort the lists of all tenants by. States are left out: each message would write such an index.

CREATE INDEX IF NOT EXISTS devices_of_all_by_name ON devices (lower(name), tenant_id, device_id);
CREATE INDEX IF NOT EXISTS devices_of_all_by_type ON devices (device_type, tenant_id, device_id);
CREATE INDEX IF NOT EXISTS alerts_gravest ON alerts (severity, opened_at, alert_id);
