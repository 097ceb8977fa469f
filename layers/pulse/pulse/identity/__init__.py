"""Identity: who is calling, in which tenant, and what they may do."""
