"""Inbound: systems that are no devices raise and clear alerts, each read by a declarative addon."""
