"""Events: the outbox in the database and the bus that takes them from there."""
