-- Exports read far more than a page does, so that they have a rate of their own beside that of every request.

INSERT INTO limits (name, description, default_rates, error)
VALUES ('api_export', 'Exports by one user or API key', '10:600', 'this account has exported too often')
ON CONFLICT (name) DO NOTHING;
