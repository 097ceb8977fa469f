-- A message that came late was entered before the silence that it ended, so that the silence seemed to go on: no change
-- of a device's status is earlier than the one before it.

ALTER TABLE device_status_log NO FORCE ROW LEVEL SECURITY;
UPDATE device_status_log
SET time = ordered.time
FROM (
    SELECT entry_id, max(time) OVER (PARTITION BY tenant_id, device_id ORDER BY entry_id) AS time
    FROM device_status_log
) AS ordered
WHERE device_status_log.entry_id = ordered.entry_id AND device_status_log.time < ordered.time;
ALTER TABLE device_status_log FORCE ROW LEVEL SECURITY;
