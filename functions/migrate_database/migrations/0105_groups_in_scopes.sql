-- Rules may be for groups of devices: whose members change is found among these rules alone.

CREATE INDEX IF NOT EXISTS alert_rules_of_groups ON alert_rules (tenant_id, rule_id)
    WHERE enabled AND scope -> 'group_ids' <> '[]';
CREATE INDEX IF NOT EXISTS held_openings_of_device ON held_openings (tenant_id, device_id);
