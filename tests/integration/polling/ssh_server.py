"""An SSH server on 127.0.0.1 that answers some commands to one user."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import asyncssh

USER, PASSWORD = "pulse", "correct horse"


@dataclass(slots=True)
class SshServer:
    """What it answers, by command, and where it is."""

    outputs: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    port: int = 0
    host_key: str = ""
    user_key: str = ""
    connections: int = 0


class _Door(asyncssh.SSHServer):
    def __init__(self, server: SshServer, allowed: asyncssh.SSHKey) -> None:
        self._server = server
        self._allowed = allowed

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        assert conn is not None
        self._server.connections += 1

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key.public_data == self._allowed.public_data


@contextmanager
def ssh_server() -> Iterator[SshServer]:
    """A server that runs until the block ends, with a host key and a user key of its own."""
    server = SshServer()
    host_key, user_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    server.host_key = " ".join(host_key.export_public_key().decode().split()[:2])
    server.user_key = user_key.export_private_key().decode()

    async def answer(process: asyncssh.SSHServerProcess[str]) -> None:
        command = process.command or ""
        process.stdout.write(server.outputs.get(command, ""))
        process.exit(server.statuses.get(command, 0 if command in server.outputs else 127))

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(
            lambda: _Door(server, user_key), "127.0.0.1", 0, server_host_keys=[host_key], process_factory=answer
        )

    async def end() -> None:
        acceptor.close()
        await acceptor.wait_closed()

    acceptor = asyncio.run_coroutine_threadsafe(listen(), loop).result(30)
    server.port = acceptor.get_port()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
