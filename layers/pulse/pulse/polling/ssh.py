"""SSH towards a target: its commands one after the other, and to no other server than the known one."""

import asyncio

import asyncssh

from pulse.polling.access import SshAccess
from pulse.polling.outcome import MAX_ANSWER_BYTES, OutcomeKind, PollError
from pulse.polling.poller import Conversation
from pulse.polling.questions import SshQuestion, SshQuestions


async def ask_ssh(conversation: Conversation) -> None:
    """Ask all commands. Raises PollError when none of the others would fare better."""
    target = conversation.target
    access, questions = target.access, target.questions
    assert isinstance(access, SshAccess)
    assert isinstance(questions, SshQuestions)
    try:
        for question in questions.commands:
            # Much network gear takes one command in a connection, and no second one.
            async with await _connect(conversation, access) as connection:
                if access.host_key is None:
                    conversation.host_key = _shown_key(connection)
                await _ask(conversation, connection, question)
    except asyncssh.PermissionDenied as error:
        raise PollError(OutcomeKind.WRONG_CREDENTIALS, f"{access.username} is not let in") from error
    except asyncssh.HostKeyNotVerifiable as error:
        raise PollError(OutcomeKind.UNTRUSTED, f"{target.host} shows another host key than the known one") from error
    except asyncssh.KeyImportError as error:
        reason = "the private key can't be read; its passphrase may be wrong"
        raise PollError(OutcomeKind.WRONG_CREDENTIALS, reason) from error
    except ConnectionRefusedError as error:
        raise PollError(OutcomeKind.REFUSED, f"nothing listens at {target.host}, port {access.port}") from error
    except TimeoutError:
        raise
    except (asyncssh.Error, ConnectionResetError) as error:
        raise PollError(OutcomeKind.BAD_ANSWER, f"{target.host} does not speak SSH as it should") from error
    except OSError as error:
        raise PollError(OutcomeKind.UNREACHABLE, f"there is no way to {target.host}") from error


async def _connect(conversation: Conversation, access: SshAccess) -> asyncssh.SSHClientConnection:
    known = access.host_key or conversation.host_key
    keys = [] if access.private_key is None else [asyncssh.import_private_key(access.private_key, access.passphrase)]
    trusted = None if known is None else [_known_key(known)]
    return await asyncssh.connect(
        conversation.address,
        access.port,
        username=access.username,
        password=access.password,
        client_keys=keys or None,
        known_hosts=None if trusted is None else (trusted, [], []),
        # Nothing of the machine that this runs on: neither its agent, its configuration nor its keys.
        agent_path=None,
        config=None,
        gss_host=None,
        connect_timeout=conversation.target.timeout_seconds,
        login_timeout=conversation.target.timeout_seconds,
    )


def _known_key(text: str) -> asyncssh.SSHKey:
    try:
        return asyncssh.import_public_key(text)
    except asyncssh.KeyImportError as error:
        raise PollError(OutcomeKind.UNTRUSTED, "the known host key can't be read") from error


async def _ask(conversation: Conversation, connection: asyncssh.SSHClientConnection, question: SshQuestion) -> None:
    async with connection.create_process(
        question.command, encoding=None, stdin=asyncssh.DEVNULL, stderr=asyncssh.DEVNULL
    ) as process:
        try:
            body = await process.stdout.readexactly(MAX_ANSWER_BYTES + 1)
        except asyncio.IncompleteReadError as error:
            body = error.partial
        if len(body) <= MAX_ANSWER_BYTES:
            await process.wait_closed()
    # Some network gear ends a command without saying how.
    if process.exit_status is not None and process.exit_status not in question.accepts:
        conversation.miss(OutcomeKind.BAD_ANSWER, f"{question.name}: ended with status {process.exit_status}")
        return
    conversation.add(question.name, body)


def _shown_key(connection: asyncssh.SSHClientConnection) -> str | None:
    key = connection.get_server_host_key()
    if key is None:
        return None
    algorithm, data, *_ = key.export_public_key("openssh").decode().split()
    return f"{algorithm} {data}"
