-- The hourly sweep deletes tenants whose last subscription expired a year ago, softly: what they had stays unseen.

GRANT UPDATE (status, suspended_at, suspended_reason, deleted_at, version) ON tenants TO pulse_ingest;
