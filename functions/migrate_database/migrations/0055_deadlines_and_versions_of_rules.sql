-- Who changes an interval or takes a device out of service moves its deadlines at once, and its status with them.
GRANT INSERT ON device_status_log TO pulse_app;

-- Rules are edited by people.
ALTER TABLE alert_rules ADD COLUMN IF NOT EXISTS version integer NOT NULL DEFAULT 1;
