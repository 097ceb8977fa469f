-- The inbox at a hundred thousand alerts: what is live without looking at what is closed, and counts from an index.

CREATE INDEX IF NOT EXISTS alerts_live_newest ON alerts (tenant_id, opened_at DESC, alert_id DESC)
    WHERE status <> 'CLOSED';
CREATE INDEX IF NOT EXISTS alerts_by_status ON alerts (tenant_id, status, silenced_at);
CREATE INDEX IF NOT EXISTS alerts_closed_at ON alerts (tenant_id, closed_at) WHERE closed_at IS NOT NULL;
