"""Telemetry: from a message's bytes to stored readings, and back out by queries."""
