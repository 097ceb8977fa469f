"""Keeping alerts few: flapping, groups, suppressed children, the tenant's limit."""
