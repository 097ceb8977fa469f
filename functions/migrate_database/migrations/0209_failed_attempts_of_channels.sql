-- A channel through which nothing gets is not well, even if each notification is over before its tries are used up.

ALTER TABLE notification_channels ADD COLUMN IF NOT EXISTS failed_attempts_in_a_row integer NOT NULL DEFAULT 0;
