-- What a device says beside readings, answers to commands and reports to its shadow, has a bucket of its own: a device
-- that answers all of its commands at once is not to lose readings by it.

INSERT INTO limits (name, description, default_rates, error)
VALUES ('device_report', 'Answers and shadow reports of one device: a bucket of so many, refilled in so many seconds',
        '200:20', 'the device answers and reports more often than it may')
ON CONFLICT (name) DO NOTHING;

ALTER TABLE device_state ADD COLUMN IF NOT EXISTS report_receipts json NOT NULL DEFAULT '{}';
