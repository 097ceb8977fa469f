"""Tenants: who the fleets belong to."""
