"""All parsers there are. Pure."""

from typing import Annotated

from pydantic import Field

from pulse.inbound.parsers.form import FormParser
from pulse.inbound.parsers.grok import GrokParser
from pulse.inbound.parsers.json_document import JsonParser
from pulse.inbound.parsers.key_value import KeyValueParser
from pulse.inbound.parsers.regular_expression import RegexParser
from pulse.inbound.parsers.snmp import SnmpParser
from pulse.inbound.parsers.syslog import SyslogParser
from pulse.inbound.parsers.table import CsvParser, TableParser
from pulse.inbound.parsers.xml_document import XmlParser

Parser = Annotated[
    JsonParser
    | FormParser
    | XmlParser
    | RegexParser
    | GrokParser
    | KeyValueParser
    | CsvParser
    | TableParser
    | SyslogParser
    | SnmpParser,
    Field(discriminator="type"),
]
"""One of the parsers."""
