"""How what a system says comes to Pulse. Pure."""

from typing import Annotated, Literal

from pydantic import Field

from pulse.inbound.names import OwnFieldName, PlainText
from pulse.inbound.oids import OidPrefix
from pulse.models import Input


class Webhook(Input):
    """The system sends a request for what happens, to the address of an inbound source."""

    type: Literal["webhook"]
    query_fields: dict[OwnFieldName, PlainText] = Field(
        {}, max_length=20, description="Fields that are in the address's query, by their names there"
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


Method = Annotated[Webhook | SnmpTrap, Field(discriminator="type")]
"""One of the ways."""
