"""Any HTTP endpoint: a signed request with a body of its own choice."""
