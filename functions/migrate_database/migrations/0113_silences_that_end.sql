-- The auditor looks each minute for escalations that wait for the end of a silence without a time.

CREATE INDEX IF NOT EXISTS alert_escalations_silenced ON alert_escalations (tenant_id, alert_id)
    WHERE due_at IS NULL AND waiting_for = 'silence';
