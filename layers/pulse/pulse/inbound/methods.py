"""How what a system says comes to Pulse. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from pulse.inbound.authentication import Authentication
from pulse.inbound.names import AddonSeverity, OwnFieldName, PlainText
from pulse.inbound.oids import OidPrefix
from pulse.inbound.parsing import Parser
from pulse.models import Input
from pulse.polling.questions import (
    MAX_QUESTIONS,
    SNMP_ANSWER,
    HttpQuestion,
    HttpQuestions,
    SnmpQuestions,
    SnmpVariables,
    SshQuestion,
    SshQuestions,
)
from pulse.polling.target import MAX_INTERVAL_SECONDS, MIN_INTERVAL_SECONDS

TARGET_FIELDS: Final = frozenset({"target_name", "target_address", "question"})
"""Fields of every record of a poll: the target's name and address, and the question that it answers."""


class Webhook(Input):
    """The system sends a request for what happens, to the address of an inbound source."""

    type: Literal["webhook"]
    query_fields: dict[OwnFieldName, PlainText] = Field(
        {}, max_length=20, description="Fields that are in the address's query, by their names there"
    )
    authentication: Authentication | None = Field(
        None, description="How the system can show a source's secret, which people are offered for a new one"
    )
    setup: str = Field("", max_length=4000, description="What to set at the sender, for people")

    @property
    def field_names(self) -> frozenset[str]:
        """The fields that it adds."""
        return frozenset(self.query_fields)


class SnmpTrap(Input):
    """The system sends SNMP notifications, which a gateway or a trap daemon hands on as JSON (docs/addons)."""

    type: Literal["snmp_trap"]
    oid_prefixes: list[OidPrefix] = Field(
        min_length=1,
        max_length=100,
        description="The notifications that are its own. Of several addons the one with the longest prefix is asked; "
        "`*` is for what is nobody's",
    )
    setup: str = Field("", max_length=4000, description="What to set at the sender, for people")

    @property
    def field_names(self) -> frozenset[str]:
        """The fields that it adds."""
        return frozenset()


class PolledMethod(Input):
    """The system is asked, again and again: from the cloud, or by a site gateway that is nearer to it."""

    interval_seconds: int = Field(
        300, ge=MIN_INTERVAL_SECONDS, le=MAX_INTERVAL_SECONDS, description="How often, unless a target says otherwise"
    )
    alert_on_failure: AddonSeverity | None = Field(
        AddonSeverity.MAJOR, description="Of the alert about a target that can't be polled; null for none"
    )
    setup: str = Field("", max_length=4000, description="What to set at the system, for people")

    @property
    def field_names(self) -> frozenset[str]:
        """The fields that it adds."""
        return TARGET_FIELDS


class SnmpPoll(PolledMethod, SnmpVariables):
    """Variables and tables of an SNMP agent, which the parser json reads.

    `{"records": [{"table": "scalars", "uptime": 7}, {"table": "ports", "index": "3", "status": 2}]}`
    """

    type: Literal["snmp_poll"]

    @property
    def questions(self) -> SnmpQuestions:
        """What a poller asks."""
        return SnmpQuestions(get=self.get, tables=self.tables)


class ApiRequest(HttpQuestion):
    """A request, and what reads its answer."""

    parser: Parser | None = Field(None, description="Without one, the manifest's")


class ApiPoll(PolledMethod):
    """Requests to the system's own API over HTTP."""

    type: Literal["api_poll"]
    requests: list[ApiRequest] = Field(min_length=1, max_length=MAX_QUESTIONS)

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        _require_own_names(request.name for request in self.requests)
        return self

    @property
    def parsers(self) -> Mapping[str, Parser]:
        """What reads the answers to requests that have a parser of their own."""
        return {request.name: request.parser for request in self.requests if request.parser is not None}

    @property
    def questions(self) -> HttpQuestions:
        """What a poller asks."""
        plain = [HttpQuestion(**request.model_dump(exclude={"parser"})) for request in self.requests]
        return HttpQuestions(requests=plain)


class SshCommand(SshQuestion):
    """A command, and what reads what it prints."""

    parser: Parser | None = Field(None, description="Without one, the manifest's")


class SshPoll(PolledMethod):
    """Commands over SSH."""

    type: Literal["ssh"]
    commands: list[SshCommand] = Field(min_length=1, max_length=MAX_QUESTIONS)

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        _require_own_names(command.name for command in self.commands)
        return self

    @property
    def parsers(self) -> Mapping[str, Parser]:
        """What reads the answers to commands that have a parser of their own."""
        return {command.name: command.parser for command in self.commands if command.parser is not None}

    @property
    def questions(self) -> SshQuestions:
        """What a poller asks."""
        plain = [SshQuestion(**command.model_dump(exclude={"parser"})) for command in self.commands]
        return SshQuestions(commands=plain)


def question_names(method: SnmpPoll | ApiPoll | SshPoll) -> list[str]:
    """What the answers of a poll are called, in their order."""
    match method:
        case ApiPoll():
            return [request.name for request in method.requests]
        case SshPoll():
            return [command.name for command in method.commands]
        case _:
            return [SNMP_ANSWER]


def _require_own_names(names: Iterable[str]) -> None:
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        message = f"{twice[0]} is there more than once; each question has a name of its own"
        raise ValueError(message)


Method = Annotated[Webhook | SnmpTrap | SnmpPoll | ApiPoll | SshPoll, Field(discriminator="type")]
"""One of the ways."""
