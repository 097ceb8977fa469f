"""What is asked of a target, as an addon declares it. Pure."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from pulse.inbound.oids import Oid
from pulse.models import Input

SCALARS: Final = "scalars"
"""The name of the record that single variables are in, beside the rows of the tables."""
SNMP_ANSWER: Final = "snmp"
"""An agent's variables and tables are one answer, called so."""
MAX_QUESTIONS: Final = 10

QuestionName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""Names a question, a table, or a variable: `interfaces`."""
RequestPath = Annotated[str, StringConstraints(max_length=1000, pattern=r"^/[!-~]*$")]
"""A path with its query, from the root on: `/axis-cgi/param.cgi?action=list`."""
HeaderValue = Annotated[str, StringConstraints(max_length=500, pattern=r"^[ -~]*$")]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9\-]{1,100}$")]
Command = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00\r\n]+$")]
_OWN_HEADERS: Final = frozenset({"host", "content-length", "authorization", "transfer-encoding", "connection"})


class SnmpTable(Input):
    """A table: each of its columns is walked, and each row is a record with its `index`."""

    columns: dict[QuestionName, Oid] = Field(min_length=1, max_length=32, description="Columns by their fields' names")

    @model_validator(mode="after")
    def _has_no_column_of_ours(self) -> Self:
        if not self.columns.keys().isdisjoint({"index", "table"}):
            message = "index and table are in every record; call the column something else"
            raise ValueError(message)
        return self


class SnmpVariables(Input):
    """Variables and tables. The answer is JSON: `{"records": [{"table": "scalars", …}, {"table": …, "index": …}]}`."""

    get: dict[QuestionName, Oid] = Field({}, max_length=64, description="Single variables, with their index: `….3.0`")
    tables: dict[QuestionName, SnmpTable] = Field({}, max_length=MAX_QUESTIONS)

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.get and not self.tables:
            message = "must ask for something: get or tables"
            raise ValueError(message)
        if SCALARS in self.tables or "table" in self.get:
            message = f"no table is called {SCALARS}, and no variable table: every record has these"
            raise ValueError(message)
        return self


class SnmpQuestions(SnmpVariables):
    """What an agent is asked."""

    kind: Literal["snmp"] = "snmp"


class HttpQuestion(Input):
    """A request. Its answer is read when its status is one of `accepts`."""

    name: QuestionName
    method: Literal["GET", "POST"] = "GET"
    path: RequestPath
    headers: dict[HeaderName, HeaderValue] = Field({}, max_length=20)
    body: Annotated[str, StringConstraints(max_length=8192)] = ""
    accepts: list[Annotated[int, Field(ge=200, le=599)]] = Field([200], min_length=1, max_length=10)
    optional: bool = Field(False, description="Whether it may be missing (404), as in older firmware")

    @model_validator(mode="after")
    def _has_no_header_of_ours(self) -> Self:
        ours = sorted(name for name in self.headers if name.lower() in _OWN_HEADERS)
        if ours:
            message = f"the header {ours[0]} is added by itself"
            raise ValueError(message)
        return self


class HttpQuestions(Input):
    """Requests, one after the other."""

    kind: Literal["http"] = "http"
    requests: list[HttpQuestion] = Field(min_length=1, max_length=MAX_QUESTIONS)


class SshQuestion(Input):
    """A command. What it writes to its standard output is read when it ends with one of `accepts`."""

    name: QuestionName
    command: Command
    accepts: list[Annotated[int, Field(ge=0, le=255)]] = Field([0], min_length=1, max_length=10)


class SshQuestions(Input):
    """Commands, one after the other."""

    kind: Literal["ssh"] = "ssh"
    commands: list[SshQuestion] = Field(min_length=1, max_length=MAX_QUESTIONS)


Questions = Annotated[SnmpQuestions | HttpQuestions | SshQuestions, Field(discriminator="kind")]
"""One of the ways to ask."""
