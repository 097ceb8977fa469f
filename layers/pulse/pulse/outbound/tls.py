"""TLS towards other people's hosts: their certificates are checked, against the authorities of certifi."""

import ssl
from functools import cache

import httpx


@cache
def client_context() -> ssl.SSLContext:
    """What every outbound connection is wrapped with."""
    return httpx.create_ssl_context(trust_env=False)
