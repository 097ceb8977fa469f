"""What a poll says of real peers: what they answer, and honestly why they do not."""

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
import trustme

from pulse.polling.outcome import MAX_ANSWER_BYTES, OutcomeKind
from tests.integration.outbound.servers import (
    Received,
    Receiver,
    Reply,
    free_port,
    receiver,
    running,
    server_context,
)
from tests.integration.polling.snmp_agent import SCALAR, TABLE, SnmpAgent
from tests.integration.polling.ssh_server import SshServer
from tests.integration.polling.targets import (
    ask,
    community_access,
    http_questions,
    ssh_access,
    ssh_questions,
    user_access,
)

MISSING = "1.3.6.1.4.1.99999.9.0"
VARIABLES = {
    "kind": "snmp",
    "get": {"state": SCALAR, "missing": MISSING},
    "tables": {"ports": {"columns": {"name": f"{TABLE}.1", "status": f"{TABLE}.2"}}},
}
ONE_VARIABLE = {"kind": "snmp", "get": {"state": SCALAR}}
ANOTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE"


@pytest.mark.parametrize("version", ["v1", "v2c", "v3"])
def test_variables_and_tables_of_an_agent_are_records(agent: SnmpAgent, version: str) -> None:
    agent.set_values(
        f"{SCALAR} integer 3",
        f"{TABLE}.1.7 string ge-0/0/7",
        f"{TABLE}.1.8 string ge-0/0/8",
        f"{TABLE}.2.7 integer 2",
        f"{TABLE}.2.8 integer 1",
    )
    access = user_access(agent) if version == "v3" else community_access(agent, version=version)
    outcome = ask(access, VARIABLES)
    assert (outcome.kind, outcome.reason, outcome.complete) == (OutcomeKind.OK, "", True)
    assert orjson.loads(outcome.answers[0].body)["records"] == [
        {"table": "scalars", "state": 3, "missing": None},
        {"table": "ports", "index": "7", "name": "ge-0/0/7", "status": 2},
        {"table": "ports", "index": "8", "name": "ge-0/0/8", "status": 1},
    ]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"username": "nobody"}, id="an unknown user"),
        pytest.param({"auth_password": "not the right one"}, id="a wrong password"),
        pytest.param(
            {"auth_protocol": None, "auth_password": None, "priv_protocol": None, "priv_password": None},
            id="a user who does not sign",
        ),
    ],
)
def test_an_agent_that_refuses_the_user_is_not_offline(agent: SnmpAgent, changes: dict[str, Any]) -> None:
    outcome = ask(user_access(agent, **changes), ONE_VARIABLE)
    assert outcome.kind is OutcomeKind.WRONG_CREDENTIALS
    assert not outcome.complete


def test_silence_is_told_with_what_it_may_mean(agent: SnmpAgent) -> None:
    outcome = ask(community_access(agent, community="wrong"), ONE_VARIABLE, timeout_seconds=2)
    assert outcome.kind is OutcomeKind.TIMED_OUT
    assert "community" in outcome.reason


def test_a_command_is_answered_and_the_servers_key_is_told(shell: SshServer) -> None:
    shell.outputs["show interfaces"] = "ge-0/0/7 up\n"
    outcome = ask(ssh_access(shell), ssh_questions("show interfaces"))
    assert (outcome.kind, outcome.complete, outcome.host_key) == (OutcomeKind.OK, True, shell.host_key)
    assert [answer.body for answer in outcome.answers] == ["ge-0/0/7 up\n"]


def test_the_known_server_is_let_answer_and_a_private_key_signs_in(shell: SshServer) -> None:
    shell.outputs["show clock"] = "noon\n"
    access = ssh_access(shell, password=None, private_key=shell.user_key, host_key=shell.host_key)
    outcome = ask(access, ssh_questions("show clock"))
    assert (outcome.kind, outcome.host_key) == (OutcomeKind.OK, None)


def test_another_server_than_the_known_one_gets_no_password(shell: SshServer) -> None:
    outcome = ask(ssh_access(shell, host_key=ANOTHER_KEY), ssh_questions("show clock"))
    assert (outcome.kind, outcome.answers) == (OutcomeKind.UNTRUSTED, [])


def test_a_wrong_password_is_said_so(shell: SshServer) -> None:
    outcome = ask(ssh_access(shell, password="wrong"), ssh_questions("show clock"))
    assert outcome.kind is OutcomeKind.WRONG_CREDENTIALS
    assert "wrong" not in outcome.reason


def test_one_command_that_fails_leaves_the_others_and_makes_the_poll_incomplete(shell: SshServer) -> None:
    shell.outputs["show clock"] = "noon\n"
    outcome = ask(ssh_access(shell), ssh_questions("show nothing", "show clock"))
    assert (outcome.kind, outcome.complete) == (OutcomeKind.BAD_ANSWER, False)
    assert "127" in outcome.reason
    assert [answer.body for answer in outcome.answers] == ["noon\n"]


def test_an_answer_without_end_is_a_bad_one(shell: SshServer) -> None:
    shell.outputs["show all"] = "x" * (MAX_ANSWER_BYTES + 1)
    outcome = ask(ssh_access(shell), ssh_questions("show all"))
    assert (outcome.kind, outcome.answers) == (OutcomeKind.BAD_ANSWER, [])


@pytest.mark.parametrize(
    ("access", "questions"),
    [
        pytest.param({"kind": "ssh", "username": "pulse", "password": "any"}, ssh_questions("show clock"), id="SSH"),
        pytest.param({"kind": "http", "tls": False}, http_questions("/"), id="HTTP"),
    ],
)
def test_a_port_that_nobody_listens_at_refuses(access: dict[str, Any], questions: dict[str, Any]) -> None:
    assert ask({**access, "port": free_port()}, questions).kind is OutcomeKind.REFUSED


def test_a_name_that_leads_nowhere_is_unreachable() -> None:
    outcome = ask({"kind": "http"}, http_questions("/"), host="nowhere.invalid")
    assert outcome.kind is OutcomeKind.UNREACHABLE


def test_a_server_that_never_ends_runs_out_of_time() -> None:
    with receiver() as server:
        server.replies = [Reply(body=b"x" * 1000, drip_seconds=0.05)]
        access = {"kind": "http", "tls": False, "port": server.server_port}
        assert ask(access, http_questions("/"), timeout_seconds=1).kind is OutcomeKind.TIMED_OUT


class Guarded(Receiver):
    """Lets in who signs rightly: by `scheme`, the user pulse with the password `right`, or the token `right`."""

    scheme_wanted = ""

    def next_reply(self, request: Received) -> Reply:
        if self._is_right(request):
            return Reply(body=b'{"state": "fine"}')
        challenge = 'Digest realm="camera", nonce="1", qop="auth"' if self.scheme_wanted == "digest" else "Basic"
        return Reply(401, {"WWW-Authenticate": challenge})

    def _is_right(self, request: Received) -> bool:
        shown = request.headers.get("authorization", "")
        match self.scheme_wanted:
            case "basic":
                return shown == f"Basic {base64.b64encode(b'pulse:right').decode()}"
            case "bearer":
                return shown == "Bearer right"
            case "header":
                return request.headers.get("x-api-key") == "right"
            case _:
                return bool(shown) and _is_digest_of(shown, request, "pulse", "right")


def _is_digest_of(shown: str, request: Received, user: str, password: str) -> bool:
    parts = dict(re.findall(r'(\w+)="?([^",]+)"?', shown))
    hashed = [_md5(f"{user}:{parts['realm']}:{password}"), _md5(f"{request.method}:{parts['uri']}")]
    wanted = _md5(":".join((hashed[0], parts["nonce"], parts["nc"], parts["cnonce"], parts["qop"], hashed[1])))
    return bool(parts["response"] == wanted)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@contextmanager
def guarded(scheme: str) -> Iterator[Guarded]:
    server = Guarded(None)
    server.scheme_wanted = scheme
    with running(server):
        yield server


SIGNED = {
    "basic": {"username": "pulse", "password": "right"},
    "digest": {"username": "pulse", "password": "right"},
    "bearer": {"token": "right"},
    "header": {"header": "X-API-Key", "token": "right"},
}


@pytest.mark.parametrize("scheme", SIGNED)
def test_requests_are_signed_and_a_wrong_secret_is_said_so(scheme: str) -> None:
    with guarded(scheme) as server:
        access = {"kind": "http", "tls": False, "port": server.server_port, "authentication": scheme, **SIGNED[scheme]}
        right = ask(access, http_questions("/state?all=1"))
        secret = "token" if "token" in access else "password"
        wrong = ask({**access, secret: "wrong"}, http_questions("/state?all=1"))
    assert (right.kind, right.answers[0].body) == (OutcomeKind.OK, '{"state": "fine"}')
    assert wrong.kind is OutcomeKind.WRONG_CREDENTIALS


def test_a_certificate_has_to_be_good_unless_the_target_says_otherwise(authority: trustme.CA) -> None:
    with receiver(server_context(authority)) as server:
        access = {"kind": "http", "port": server.server_port}
        assert ask(access, http_questions("/")).kind is OutcomeKind.UNTRUSTED
        assert ask({**access, "verify_certificate": False}, http_questions("/")).kind is OutcomeKind.OK


def test_a_redirect_is_not_followed_and_what_may_be_missing_is_not_missed() -> None:
    with receiver() as server:
        access = {"kind": "http", "tls": False, "port": server.server_port}
        server.replies = [Reply(302, {"Location": "http://127.0.0.1:1/"})]
        assert ask(access, http_questions("/")).kind is OutcomeKind.BAD_ANSWER
        server.replies = [Reply(404), Reply(body=b"fine")]
        outcome = ask(access, http_questions("/new", "/old", optional=True))
    assert (outcome.kind, outcome.complete) == (OutcomeKind.OK, True)
    assert [answer.name for answer in outcome.answers] == ["request_1"]


def test_a_request_names_the_host_whatever_address_it_goes_to() -> None:
    with receiver() as server:
        access = {"kind": "http", "tls": False, "port": server.server_port}
        ask(access, http_questions("/"), host="camera.example.com", address="127.0.0.1")
        assert server.received[0].headers["host"] == f"camera.example.com:{server.server_port}"
