"""Limits: how much a user or a tenant may ask for, and what they are told when it was too much."""
