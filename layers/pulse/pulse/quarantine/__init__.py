"""Quarantine: messages that were refused, each with its reason."""
