"""Asks a target all its questions, within its time, and says what came of it."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from pulse.polling.outcome import MAX_ANSWER_BYTES, MAX_POLL_BYTES, Answer, OutcomeKind, PollError, PollOutcome
from pulse.polling.target import PollTarget

_UTF_8: Final = "utf-8"


@dataclass(slots=True)
class Conversation:
    """A poll as it goes: what was answered so far, and what went wrong without ending it."""

    target: PollTarget
    address: str
    answers: list[Answer] = field(default_factory=list)
    failure: PollError | None = None
    host_key: str | None = None

    def add(self, name: str, body: bytes) -> None:
        """Keep an answer. Raises PollError when it is too long, or all of them are."""
        heard = sum(len(answer.body) for answer in self.answers)
        if len(body) > MAX_ANSWER_BYTES or heard + len(body) > MAX_POLL_BYTES:
            raise PollError(OutcomeKind.BAD_ANSWER, f"{name}: the answer is longer than is read")
        self.answers.append(Answer(name=name, body=body.decode(_UTF_8, "replace")))

    def miss(self, kind: OutcomeKind, reason: str) -> None:
        """Go on without an answer; the first reason is the one that is told."""
        self.failure = self.failure or PollError(kind, reason)


async def poll(target: PollTarget) -> PollOutcome:
    """Ask a target. Never raises for what the target or the network does; cancelling it ends the connection."""
    started = time.monotonic()
    conversation = Conversation(target, target.address or target.host)
    try:
        async with asyncio.timeout(target.timeout_seconds):
            if target.address is None:
                conversation.address = await _resolve(target.host)
            await _client(target)(conversation)
    except PollError as error:
        conversation.failure = error
    except TimeoutError:
        reason = f"not all was answered within {target.timeout_seconds} s"
        if target.questions.kind == "snmp":
            reason += "; an agent is silent as well towards a community or a priv_password that it does not know"
        conversation.failure = PollError(OutcomeKind.TIMED_OUT, reason)
    failure = conversation.failure
    return PollOutcome(
        kind=OutcomeKind.OK if failure is None else failure.kind,
        reason="" if failure is None else failure.reason,
        complete=failure is None,
        seconds=round(time.monotonic() - started, 3),
        answers=conversation.answers,
        host_key=conversation.host_key,
    )


def poll_together(targets: Sequence[PollTarget]) -> list[PollOutcome]:
    """Ask some targets at the same time; what came of each, in their order."""

    async def ask_all() -> list[PollOutcome]:
        return list(await asyncio.gather(*(poll(target) for target in targets)))

    return asyncio.run(ask_all())


def _client(target: PollTarget) -> Callable[[Conversation], Awaitable[None]]:
    """What speaks the target's protocol; each is imported when it is first needed, for they are large."""
    match target.questions.kind:
        case "snmp":
            from pulse.polling.snmp import ask_snmp

            return ask_snmp
        case "http":
            from pulse.polling.http import ask_http

            return ask_http
        case "ssh":
            from pulse.polling.ssh import ask_ssh

            return ask_ssh


async def _resolve(host: str) -> str:
    """The address that a name leads to, IPv4 first. Raises PollError."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise PollError(OutcomeKind.UNREACHABLE, f"the name {host} can't be resolved") from error
    return str(min(found, key=lambda answer: answer[0] != socket.AF_INET)[4][0])
