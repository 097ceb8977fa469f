"""XML without document types, entities and whatever else a stranger could harm with. Pure."""

from typing import TYPE_CHECKING, Annotated, Literal
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pydantic import Field, StringConstraints

from pulse.inbound.names import MAX_FIELDS, OwnFieldName
from pulse.inbound.record import PayloadError, Record, as_value, require_few
from pulse.models import Input

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_NAME = r"[A-Za-z_][\w.\-]*"
ElementPath = Annotated[str, StringConstraints(max_length=500, pattern=rf"^(\.|{_NAME}(/{_NAME})*)$")]
"""`.` is the element itself, `a/b` an element in an element. Namespaces are not looked at."""
ValuePath = Annotated[
    str, StringConstraints(max_length=500, pattern=rf"^(\.|@{_NAME}|{_NAME}(/{_NAME})*(/@{_NAME})?)$")
]
"""The same, and `@c` or `a/b/@c` for an attribute."""


class XmlParser(Input):
    """Reads XML."""

    type: Literal["xml"]
    records: ElementPath = Field(".", description="Which elements are records, from the root element on")
    fields: Annotated[dict[OwnFieldName, ValuePath], Field(min_length=1, max_length=MAX_FIELDS)] = Field(
        description="Where the values are, from the record on"
    )

    @property
    def field_names(self) -> frozenset[str]:
        """The fields that records may have."""
        return frozenset(self.fields)

    def read(self, payload: bytes) -> list[Record]:
        """The records of a payload. Raises PayloadError."""
        try:
            root = fromstring(payload, forbid_dtd=True)
        # Expat reports most of what is wrong as ParseError, an encoding that it can't handle as one of the others.
        except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
            message = f"it is not XML that is read here: {error}"
            raise PayloadError(message) from error
        elements = _below(root, self.records)
        require_few(len(elements))
        return [{name: as_value(_value(element, path)) for name, path in self.fields.items()} for element in elements]


def _below(element: "Element", path: str) -> "list[Element]":
    found = [element]
    if path != ".":
        for name in path.split("/"):
            found = [child for parent in found for child in parent if _local(child.tag) == name]
    return found


def _value(element: "Element", path: str) -> str | None:
    way, _, attribute = path.rpartition("@")
    found = _below(element, (way.rstrip("/") or ".") if attribute and "@" in path else path)
    if not found:
        return None
    if "@" in path:
        return next((value for name, value in found[0].attrib.items() if _local(name) == attribute), None)
    return "".join(found[0].itertext()).strip()


def _local(name: object) -> str:
    """A name without its namespace; comments and processing instructions have none."""
    return name.rpartition("}")[2] if isinstance(name, str) else ""
