-- Operators look at what was given up lately, whoever's it is; that is little beside the rest.

CREATE INDEX IF NOT EXISTS notification_jobs_given_up ON notification_jobs (finished_at) WHERE status = 'FAILED';
CREATE INDEX IF NOT EXISTS exports_given_up ON exports (finished_at) WHERE status = 'FAILED';
CREATE INDEX IF NOT EXISTS report_runs_given_up ON report_runs (finished_at) WHERE status = 'FAILED';
