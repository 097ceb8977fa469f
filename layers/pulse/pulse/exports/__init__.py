"""Exports: a tenant's devices, alerts and readings as files."""
