"""SNMP towards a target, in versions 1, 2c and 3: single variables, and tables by their columns."""

from collections.abc import AsyncIterator, Iterable
from functools import cache
from typing import Any, Final

import orjson
from pyasn1.type.univ import ObjectIdentifier, OctetString
from pysnmp.hlapi.v3arch.asyncio import (
    CommunityData,
    ContextData,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    Udp6TransportTarget,
    UdpTransportTarget,
    UsmUserData,
    bulk_walk_cmd,
    get_cmd,
    walk_cmd,
)
from pysnmp.proto import errind
from pysnmp.proto.rfc1902 import IpAddress
from pysnmp.proto.rfc1905 import EndOfMibView, NoSuchInstance, NoSuchObject
from pysnmp.smi.builder import MibBuilder
from pysnmp.smi.view import MibViewController

from pulse.polling.access import SnmpAccess
from pulse.polling.outcome import OutcomeKind, PollError
from pulse.polling.poller import Conversation
from pulse.polling.questions import SCALARS, SNMP_ANSWER, SnmpQuestions, SnmpTable
from pulse.snmp_security import AUTHENTICATION_IDS, PRIVACY_IDS, Authentication, Privacy

SILENCE: Final = "no answer; an agent is silent as well towards a community or a priv_password that it does not know"
_AT_ONCE: Final = 20  # variables in a request: what fits into a datagram
_REPETITIONS: Final = 25
_MOST_ROWS: Final = 450  # of all tables; a payload has at most 500 records
_TRY_SECONDS: Final = 5.0
_NO_SUCH_NAME: Final = 2
_NOT_YOURS: Final = frozenset({6, 16})  # noAccess, authorizationError
_WRONG_CREDENTIALS: Final = (
    errind.UnknownUserName,
    errind.UnknownSecurityName,
    errind.WrongDigest,
    errind.AuthenticationError,
    errind.AuthenticationFailure,
    errind.DecryptionError,
    errind.UnsupportedSecurityLevel,
    errind.UnknownCommunityName,
)
type _Record = dict[str, str | int | None]


async def ask_snmp(conversation: Conversation) -> None:
    """Ask for all variables and tables. Raises PollError."""
    target = conversation.target
    access, questions = target.access, target.questions
    assert isinstance(access, SnmpAccess)
    assert isinstance(questions, SnmpQuestions)
    # An engine of its own for each poll: it keeps users by their names, and two targets may call theirs the same.
    engine = SnmpEngine()
    engine.cache["mibViewController"] = _names()
    try:
        way = await _way(engine, conversation.address, access, target.timeout_seconds)
        records: list[_Record] = []
        if questions.get:
            records.append({"table": SCALARS, **await _get(way, questions.get)})
        for name, table in questions.tables.items():
            rows, is_whole = await _rows(way, table, _MOST_ROWS - len(records))
            records += [{"table": name, **row} for row in rows]
            if not is_whole:
                conversation.miss(OutcomeKind.BAD_ANSWER, f"{name} has more rows than are read, {_MOST_ROWS} in all")
    finally:
        engine.close_dispatcher()
    conversation.add(SNMP_ANSWER, orjson.dumps({"records": records}))


@cache
def _names() -> MibViewController:
    """What pysnmp looks names up in, which it would make anew for each engine, and slowly; we use numbers alone."""
    return MibViewController(MibBuilder())


class _Way:
    """To one agent, as one user."""

    def __init__(self, engine: SnmpEngine, credentials: Any, transport: Any, access: SnmpAccess) -> None:
        self.arguments = (engine, credentials, transport, ContextData(contextName=access.context.encode()))
        self.is_first_version = access.version == "v1"


async def _way(engine: SnmpEngine, address: str, access: SnmpAccess, seconds: float) -> _Way:
    kind = Udp6TransportTarget if ":" in address else UdpTransportTarget
    try:
        # A datagram may be lost: one is asked again before the poll's own time is over.
        transport = await kind.create((address, access.port), timeout=min(_TRY_SECONDS, seconds / 2), retries=1)
    except OSError as error:
        raise PollError(OutcomeKind.UNREACHABLE, "there is no way to the agent") from error
    return _Way(engine, _credentials(access), transport, access)


def _credentials(access: SnmpAccess) -> Any:
    if access.version != "v3":
        return CommunityData(access.community, mpModel=0 if access.version == "v1" else 1)
    return UsmUserData(
        access.username,
        authKey=access.auth_password,
        privKey=access.priv_password,
        authProtocol=AUTHENTICATION_IDS[access.auth_protocol or Authentication.NONE],
        privProtocol=PRIVACY_IDS[access.priv_protocol or Privacy.NONE],
    )


async def _get(way: _Way, variables: dict[str, str]) -> _Record:
    """Single variables; None for what the agent does not have."""
    found: _Record = {}
    # An agent of version 1 refuses a whole request for the sake of one variable that it does not have.
    size = 1 if way.is_first_version else _AT_ONCE
    names = list(variables)
    for start in range(0, len(names), size):
        part = names[start : start + size]
        asked = [ObjectType(ObjectIdentity(variables[name])) for name in part]
        indication, status, _, answered = await get_cmd(*way.arguments, *asked, lookupMib=False)
        if way.is_first_version and status and int(status) == _NO_SUCH_NAME:
            found |= dict.fromkeys(part)
            continue
        _require_answer(indication, status)
        found |= {name: _value(value) for name, (_, value) in zip(part, answered, strict=True)}
    return found


async def _rows(way: _Way, table: SnmpTable, most: int) -> tuple[list[_Record], bool]:
    """The rows of a table in the order of the agent, and whether these are all."""
    rows: dict[str, _Record] = {}
    is_whole = True
    for field, oid in table.columns.items():
        async for index, value in _column(way, oid):
            if index not in rows:
                if len(rows) >= most:
                    is_whole = False
                    break
                rows[index] = {"index": index, **dict.fromkeys(table.columns)}
            rows[index][field] = value
    return list(rows.values()), is_whole


async def _column(way: _Way, oid: str) -> AsyncIterator[tuple[str, str | int | None]]:
    column = ObjectType(ObjectIdentity(oid))
    options = {"lexicographicMode": False, "lookupMib": False}
    walk = (
        walk_cmd(*way.arguments, column, **options)
        if way.is_first_version
        else bulk_walk_cmd(*way.arguments, 0, _REPETITIONS, column, **options)
    )
    async for indication, status, _, answered in walk:
        if way.is_first_version and status and int(status) == _NO_SUCH_NAME:
            return  # the end of what there is
        _require_answer(indication, status)
        for name, value in _of_column(answered, oid):
            yield name, value


def _of_column(answered: Iterable[tuple[Any, Any]], oid: str) -> Iterable[tuple[str, str | int | None]]:
    start = f"{oid}."
    for name, value in answered:
        text = str(name)
        if text.startswith(start) and not isinstance(value, EndOfMibView):
            yield text.removeprefix(start), _value(value)


def _require_answer(indication: Any, status: Any) -> None:
    if isinstance(indication, errind.RequestTimedOut):
        raise PollError(OutcomeKind.TIMED_OUT, SILENCE)
    if isinstance(indication, _WRONG_CREDENTIALS):
        raise PollError(OutcomeKind.WRONG_CREDENTIALS, f"the agent does not take the user: {indication}")
    if indication:
        raise PollError(OutcomeKind.BAD_ANSWER, f"the agent's answer can't be used: {indication}")
    if status and int(status) in _NOT_YOURS:
        raise PollError(OutcomeKind.WRONG_CREDENTIALS, "the agent does not show this to this user or community")
    if status:
        raise PollError(OutcomeKind.BAD_ANSWER, f"the agent answered {status.prettyPrint()}")


def _value(value: Any) -> str | int | None:
    """A value as JSON has it: texts as they are, other octets in hexadecimal."""
    if isinstance(value, NoSuchObject | NoSuchInstance | EndOfMibView):
        return None
    if isinstance(value, IpAddress | ObjectIdentifier):
        return str(value.prettyPrint())
    if isinstance(value, OctetString):
        return _text(bytes(value))
    return int(value)


def _text(octets: bytes) -> str:
    try:
        text = octets.decode().replace("\x00", "")
    except UnicodeDecodeError:
        return octets.hex(":")
    return text if all(letter.isprintable() or letter in "\r\n\t" for letter in text) else octets.hex(":")
