"""Maintenance windows: when they come, and what is held while they last."""
