"""Subscriptions: for how many devices and how long a tenant may use Pulse."""
