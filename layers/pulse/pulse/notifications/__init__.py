"""Notifications: channels to people and systems, rules that choose among them, and deliveries that are never lost."""
