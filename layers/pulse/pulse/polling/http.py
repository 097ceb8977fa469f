"""HTTP towards a target: its requests one after the other, no redirects, bounded answers."""

import ssl
from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address
from typing import Final

import httpx

from pulse.polling.access import HttpAccess
from pulse.polling.outcome import MAX_ANSWER_BYTES, OutcomeKind, PollError
from pulse.polling.poller import Conversation
from pulse.polling.questions import HttpQuestion, HttpQuestions

_DEFAULT_PORTS: Final = {True: 443, False: 80}


async def ask_http(conversation: Conversation) -> None:
    """Ask all requests. Raises PollError when none of the others would fare better."""
    target = conversation.target
    access, questions = target.access, target.questions
    assert isinstance(access, HttpAccess)
    assert isinstance(questions, HttpQuestions)
    async with httpx.AsyncClient(
        auth=_auth(access),
        verify=_context(access),
        trust_env=False,
        follow_redirects=False,
        timeout=target.timeout_seconds,
        headers={"User-Agent": "Pulse", "Accept-Encoding": "identity", **_token(access)},
    ) as client:
        for question in questions.requests:
            await _ask(client, conversation, access, question)


async def _ask(
    client: httpx.AsyncClient, conversation: Conversation, access: HttpAccess, question: HttpQuestion
) -> None:
    host = conversation.target.host
    request = client.build_request(
        question.method,
        f"{_base(conversation.address, access)}{question.path}",
        content=question.body.encode() or None,
        headers={**question.headers, "Host": _authority(host, access)},
        # The certificate has to be the host's, whatever address the socket goes to.
        extensions={"sni_hostname": host},
    )
    try:
        answer = await client.send(request, stream=True)
        try:
            await _take(conversation, question, answer)
        finally:
            await answer.aclose()
    except httpx.TimeoutException as error:
        raise PollError(OutcomeKind.TIMED_OUT, f"{question.name}: no answer in time") from error
    except httpx.TransportError as error:
        raise _failure(error, host) from error


async def _take(conversation: Conversation, question: HttpQuestion, answer: httpx.Response) -> None:
    status = answer.status_code
    if status not in question.accepts:
        if status == 401:
            raise PollError(OutcomeKind.WRONG_CREDENTIALS, f"{question.name}: the credentials are not accepted (401)")
        if status == 403:
            conversation.miss(OutcomeKind.WRONG_CREDENTIALS, f"{question.name}: this user may not ask for it (403)")
        elif status != 404 or not question.optional:
            conversation.miss(OutcomeKind.BAD_ANSWER, f"{question.name}: answered {status}")
        return
    body = bytearray()
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            break
    conversation.add(question.name, bytes(body))


def _auth(access: HttpAccess) -> httpx.Auth | None:
    match access.authentication:
        case "basic":
            return httpx.BasicAuth(access.username or "", access.password or "")
        case "digest":
            return httpx.DigestAuth(access.username or "", access.password or "")
        case _:
            return None


def _token(access: HttpAccess) -> dict[str, str]:
    match access.authentication:
        case "bearer":
            return {"Authorization": f"Bearer {access.token}"}
        case "header":
            return {access.header or "": access.token or ""}
        case _:
            return {}


def _context(access: HttpAccess) -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    if not access.verify_certificate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _base(address: str, access: HttpAccess) -> str:
    return f"{'https' if access.tls else 'http'}://{_bracketed(address)}:{access.effective_port}"


def _authority(host: str, access: HttpAccess) -> str:
    port = access.effective_port
    return _bracketed(host) if port == _DEFAULT_PORTS[access.tls] else f"{_bracketed(host)}:{port}"


def _bracketed(host: str) -> str:
    try:
        return f"[{host}]" if isinstance(ip_address(host), IPv6Address) else host
    except ValueError:
        return host


def _failure(error: httpx.TransportError, host: str) -> PollError:
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return PollError(OutcomeKind.UNTRUSTED, f"the certificate of {host} can't be trusted")
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return PollError(OutcomeKind.REFUSED, f"nothing listens at {host}")
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return PollError(OutcomeKind.BAD_ANSWER, f"{host} does not speak TLS as it should")
    if isinstance(error, httpx.ConnectError):
        return PollError(OutcomeKind.UNREACHABLE, f"there is no way to {host}")
    return PollError(OutcomeKind.BAD_ANSWER, f"{host} broke the connection off")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """What an error came from, and what that came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
