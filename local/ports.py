"""Ports on 127.0.0.1: is one free, who holds it."""

import socket
import time
from dataclasses import dataclass

import psutil

from local.errors import LocalError


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that listens on a port; without a pid when it belongs to another user."""

    pid: int | None
    command: str


def is_open(port: int) -> bool:
    """Whether something on 127.0.0.1 accepts connections there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def find_holder(port: int) -> Holder | None:
    """Who listens on a port of this machine; None when nobody does."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:  # macOS shows other people's sockets to root only
        return Holder(None, "") if is_open(port) else None
    for connection in connections:
        if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port:
            return Holder(connection.pid, _command(connection.pid))
    return Holder(None, "") if is_open(port) else None


def taken_message(port: int, purpose: str, variable: str, holder: Holder) -> str:
    """The sentence for a port that somebody else holds."""
    who = "a process of another user" if holder.pid is None else f"process {holder.pid} ({holder.command})"
    return f"Port {port}, needed for {purpose}, is held by {who}. End it, or choose another: {variable}=… make up"


def require_free(port: int, purpose: str, variable: str) -> None:
    """Raise LocalError naming the holder when a port is taken."""
    holder = find_holder(port)
    if holder is not None:
        raise LocalError(taken_message(port, purpose, variable, holder))


def wait_until_open(port: int, *, seconds: float) -> bool:
    """Wait for a listener; False when none came in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_open(port):
            return True
        time.sleep(0.05)
    return False


def _command(pid: int | None) -> str:
    if pid is None:
        return ""
    try:
        words = psutil.Process(pid).cmdline()
    except psutil.Error:
        return ""
    text = " ".join(words)
    return text if len(text) <= 80 else f"{text[:79]}…"
