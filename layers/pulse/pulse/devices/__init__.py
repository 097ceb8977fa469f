"""Devices: registry, credentials, and what is known of each one's state."""
