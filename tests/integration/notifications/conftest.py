"""Receivers of notifications on 127.0.0.1."""

from tests.integration.outbound.conftest import authority, https_receiver, local_destinations

__all__ = ["authority", "https_receiver", "local_destinations"]
