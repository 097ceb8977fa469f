"""Targets to poll, of which a test names only what it is about."""

import asyncio
from typing import Any
from uuid import uuid4

from pulse.polling.outcome import PollOutcome
from pulse.polling.poller import poll
from pulse.polling.target import PollTarget
from tests.integration.polling import snmp_agent, ssh_server

PATIENCE = 25


def ask(access: dict[str, Any], questions: dict[str, Any], **changes: Any) -> PollOutcome:
    """What comes of polling 127.0.0.1."""
    document = {
        "target_id": str(uuid4()),
        "version": 1,
        "name": "peer",
        "host": "127.0.0.1",
        "access": access,
        "questions": questions,
        "interval_seconds": 60,
        "timeout_seconds": PATIENCE,
    }
    return asyncio.run(poll(PollTarget.model_validate(document | changes)))


def ssh_access(server: ssh_server.SshServer, **changes: Any) -> dict[str, Any]:
    """The way in with the right password."""
    access = {"kind": "ssh", "port": server.port, "username": ssh_server.USER, "password": ssh_server.PASSWORD}
    return {name: value for name, value in (access | changes).items() if value is not None}


def ssh_questions(*commands: str) -> dict[str, Any]:
    """Some commands."""
    return {"kind": "ssh", "commands": [{"name": f"command_{n}", "command": each} for n, each in enumerate(commands)]}


def http_questions(*paths: str, **changes: Any) -> dict[str, Any]:
    """Some requests."""
    return {"kind": "http", "requests": [{"name": f"request_{n}", "path": p, **changes} for n, p in enumerate(paths)]}


def community_access(agent: snmp_agent.SnmpAgent, **changes: Any) -> dict[str, Any]:
    """The way in with the right community."""
    return {"kind": "snmp", "port": agent.port, "version": "v2c", "community": snmp_agent.COMMUNITY} | changes


def user_access(agent: snmp_agent.SnmpAgent, **changes: Any) -> dict[str, Any]:
    """The way in as the user of version 3."""
    access = {
        "kind": "snmp",
        "port": agent.port,
        "version": "v3",
        "username": snmp_agent.USER,
        "auth_protocol": "SHA256",
        "auth_password": snmp_agent.AUTH_PASSWORD,
        "priv_protocol": "AES",
        "priv_password": snmp_agent.PRIV_PASSWORD,
    }
    return access | changes
