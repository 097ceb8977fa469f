"""Escalation: an alert that nobody takes goes to further people, level by level."""
