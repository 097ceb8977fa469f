"""The manifest: all that an addon is. Declarations alone, checked as a whole when it comes in. Pure."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints, ValidationError

from pulse.errors import FieldError, InvalidInputError
from pulse.inbound.clear_events import ClearEvent, Conditions, FieldValue, OidPair, Reconciliation
from pulse.inbound.conditions import Condition
from pulse.inbound.methods import ApiPoll, Method, PolledMethod, SnmpPoll, SnmpTrap, SshPoll
from pulse.inbound.names import CONTEXT_FIELDS, AddonId, AddonSeverity, AlertTypeName, Category, FieldName
from pulse.inbound.parsers.snmp import SnmpParser
from pulse.inbound.parsing import Parser
from pulse.inbound.templates import DescriptionTemplate, TitleTemplate, fields_in
from pulse.inbound.transformations import Transformation
from pulse.input_errors import field_errors
from pulse.models import Input
from pulse.texts import check_visible

MAX_MANIFEST_BYTES: Final = 65_536
_Text = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]
_Title = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]*$"), AfterValidator(check_visible)
]


class AlertDefinition(Input):
    """A type of alert. A record is of the first type whose conditions all hold."""

    type: AlertTypeName
    when: list[Condition] = Field([], max_length=10, description="Without any, every record is of this type")
    severity: AddonSeverity
    severity_field: FieldName | None = Field(
        None, description="A field whose value takes the place of `severity` when it is one of its words"
    )
    category: Category | None = Field(None, description="The addon's, unless it is given")
    title: TitleTemplate = Field(
        description="`{field}` stands for a field's value; a part in `[[ ]]` is there only with all of its fields"
    )
    description: DescriptionTemplate = Field(
        "", description="The same; a line whose fields are all missing is left out"
    )
    enabled: bool = Field(True, description="Whether it opens alerts unless a tenant says otherwise")
    fingerprint_fields: list[FieldName] = Field(
        [], max_length=5, description="What tells alerts of this type on one device apart, such as the interface"
    )
    fingerprint_device: bool = Field(
        True, description="False where a clear does not name the device, and the fields alone say what is cleared"
    )


class DeviceIdentification(Input):
    """The fields that say which device it is about; the first of them that is there names it."""

    id_field: FieldName | None = Field(None, description="Its id; a device with this id, serial number or MAC is it")
    name_field: FieldName | None = None
    address_field: FieldName | None = None

    @property
    def field_names(self) -> list[tuple[str, str]]:
        """Which of them are given, with their own names."""
        fields = (("id_field", self.id_field), ("name_field", self.name_field), ("address_field", self.address_field))
        return [(name, field) for name, field in fields if field is not None]


class Manifest(Input):
    """An addon: how a system's words are read, and which alerts they raise and clear."""

    schema_version: Literal["1"]
    id: AddonId
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}$")]
    name: _Title
    vendor: _Title
    description: _Text
    documentation_url: Annotated[str, StringConstraints(max_length=500, pattern=r"^https://[^\s\x00]+$")] | None = None
    category: Category = Category.UNKNOWN
    method: Method
    parser: Parser
    transformations: list[Transformation] = Field([], max_length=50)
    alerts: list[AlertDefinition] = Field(min_length=1, max_length=200)
    clear_events: list[ClearEvent] = Field([], max_length=100)
    device: DeviceIdentification = DeviceIdentification()
    time_field: FieldName | None = Field(None, description="When it happened, as ISO 8601; without it when it came")

    def parser_of(self, question: str | None) -> Parser:
        """What reads the answer to a question of a poll, or all else."""
        own = self.method.parsers.get(question or "") if isinstance(self.method, ApiPoll | SshPoll) else None
        return own or self.parser

    @property
    def parsers(self) -> list[Parser]:
        """All that read something of it."""
        own = self.method.parsers.values() if isinstance(self.method, ApiPoll | SshPoll) else ()
        return [self.parser, *own]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The version as numbers, which compare as versions do."""
        return tuple(int(number) for number in self.version.split("."))

    def category_of(self, definition: AlertDefinition) -> Category:
        """What alerts of a type are about."""
        return definition.category or self.category

    @property
    def definitions(self) -> dict[str, AlertDefinition]:
        """The types of alerts by their names."""
        return {definition.type: definition for definition in self.alerts}


def read_manifest(document: Any) -> Manifest:
    """A manifest, checked as a whole. Raises InvalidInputError naming every place that is wrong, and why."""
    try:
        manifest = Manifest.model_validate(document)
    except ValidationError as error:
        raise InvalidInputError.of(field_errors(error, document)) from error
    errors = list(_contradictions(manifest))
    if errors:
        raise InvalidInputError.of(errors)
    return manifest


def _contradictions(manifest: Manifest) -> Iterator[FieldError]:
    """What is right by itself and makes no sense together."""
    yield from _misfit_parsers(manifest)
    for name, times in Counter(definition.type for definition in manifest.alerts).items():
        if times > 1:
            yield FieldError("alerts", f"has {times} definitions of {name}; each type has one")
    known = set(CONTEXT_FIELDS | manifest.method.field_names)
    known |= {name for parser in manifest.parsers for name in parser.field_names}
    for index, transformation in enumerate(manifest.transformations):
        yield from _unknown(f"transformations.{index}.field", transformation.sources, known)
        known.add(transformation.target)
    for index, definition in enumerate(manifest.alerts):
        yield from _unknown_of_alert(f"alerts.{index}", definition, known)
    for index, event in enumerate(manifest.clear_events):
        yield from _unknown(f"clear_events.{index}.field", sorted(event.field_names), known)
        yield from _senseless_clear(f"clear_events.{index}", event, manifest)
    for name, field in manifest.device.field_names:
        yield from _unknown(f"device.{name}", [field], known)
    if manifest.time_field is not None:
        yield from _unknown("time_field", [manifest.time_field], known)


def _misfit_parsers(manifest: Manifest) -> Iterator[FieldError]:
    if isinstance(manifest.method, SnmpTrap) != isinstance(manifest.parser, SnmpParser):
        yield FieldError("parser.type", "the parser snmp belongs to the method snmp_trap, and no other does")
    if isinstance(manifest.method, SnmpPoll) and manifest.parser.type != "json":
        yield FieldError("parser.type", "what snmp_poll hears is JSON, which the parser json reads")
    if isinstance(manifest.method, ApiPoll | SshPoll):
        for name, parser in manifest.method.parsers.items():
            if isinstance(parser, SnmpParser):
                yield FieldError("method", f"{name}: the parser snmp belongs to the method snmp_trap")


def _unknown_of_alert(place: str, definition: AlertDefinition, known: set[str]) -> Iterator[FieldError]:
    for index, condition in enumerate(definition.when):
        yield from _unknown(f"{place}.when.{index}.field", [condition.field], known)
    if definition.severity_field is not None:
        yield from _unknown(f"{place}.severity_field", [definition.severity_field], known)
    yield from _unknown(f"{place}.title", fields_in(definition.title), known)
    yield from _unknown(f"{place}.description", fields_in(definition.description), known)
    if not definition.fingerprint_device and not definition.fingerprint_fields:
        yield FieldError(f"{place}.fingerprint_fields", "is required where the device is no part of the fingerprint")
    for index, field in enumerate(definition.fingerprint_fields):
        yield from _unknown(f"{place}.fingerprint_fields.{index}", [field], known)


def _senseless_clear(place: str, event: ClearEvent, manifest: Manifest) -> Iterator[FieldError]:
    match event:
        case OidPair() if event.raised_by == event.cleared_by:
            yield FieldError(f"{place}.cleared_by", "must be another notification than the one that raises")
        case Reconciliation() if not isinstance(manifest.method, PolledMethod):
            yield FieldError(f"{place}.method", "only what is polled can be reconciled")
        case FieldValue() | Conditions() | Reconciliation():
            for index, name in enumerate(event.alert_types):
                if name not in manifest.definitions:
                    yield FieldError(f"{place}.alert_types.{index}", f"there is no alert {name}")


def _unknown(place: str, fields: list[str], known: set[str]) -> Iterator[FieldError]:
    for field in fields:
        if field not in known:
            yield FieldError(place, f"there is no field {field}; there are {', '.join(sorted(known))}")
