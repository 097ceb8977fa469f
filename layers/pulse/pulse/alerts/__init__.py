"""Alerts: rules, their evaluation, and the life of an alert."""
