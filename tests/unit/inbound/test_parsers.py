"""Each parser reads its way of writing into records, and says why it can't."""

from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from pulse.inbound.parsers.syslog import read_line
from pulse.inbound.parsing import Parser
from pulse.inbound.record import MAX_RECORDS, MAX_TEXT, PayloadError, Record
from pulse.models import WHEN_USED

ADAPTER: TypeAdapter[Any] = TypeAdapter(Parser, config=WHEN_USED)
AB = {"a": "a", "b": "b"}
PARSERS: list[dict[str, Any]] = [
    {
        "type": "json",
        "records": "$.list[*].inner",
        "embedded": ["$.text", "$.list"],
        "fields": {"a": "$.a", "b": "^.b[0]"},
    },
    {"type": "form", "fields": AB},
    {"type": "xml", "records": "item", "fields": {"a": "a/b", "b": "a/@b", "c": "."}},
    {"type": "regex", "pattern": "(?P<a>a+)+(?P<b>b?)"},
    {"type": "regex", "pattern": "(?s)^(?P<a>.*)(?P<b>.)$", "per": "payload"},
    {"type": "grok", "patterns": ["%{IP:a} %{GREEDYDATA:b}", "%{TIMESTAMP_ISO8601:a} %{QUOTED:b}"]},
    {"type": "key_value", "fields": AB},
    {"type": "csv", "columns": {"a": "a", "b": 1}},
    {"type": "csv", "header": False, "separator": ";", "columns": {"a": 0, "b": 7}},
    {"type": "table", "separator": "wide_spaces", "skip_lines": 1, "columns": {"a": "a"}},
    {"type": "syslog", "message_patterns": ["(?P<a>[0-9]+)"]},
    {"type": "snmp", "fields": {"a": {"oid": "1.3.6.1"}, "b": {"oid": "1.3.6.1.2", "take": "index"}}},
]
FRAGMENTS = st.sampled_from(
    ["a", "b", "=", "&", ":", "\n", ",", '"', "<", ">", "{", "}", "[", "]", "a=1", "<item>", "</item>", "<a b='1'/>",
     "<13>1 - h a 1 - - m", "<34>Oct 11 22:14:15 host su[12]: m", '{"trap_oid":"1.3"}', '{"a":1,"b":[2]}', "10.0.0.1 x",
     "<!DOCTYPE a [<!ENTITY x 'y'>]>", "\x00", "é", "%00", "%ff", "  ", "\t"]
)  # fmt: skip
PAYLOADS = st.binary(max_size=300) | st.lists(FRAGMENTS, max_size=12).map("".join).map(str.encode)


def records(payload: bytes | str | Any, **parser: Any) -> list[Record]:
    if not isinstance(payload, bytes | str):
        payload = orjson.dumps(payload)
    read = ADAPTER.validate_python(parser).read
    return list(read(payload.encode() if isinstance(payload, str) else payload))


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: str(parser["type"]))
@given(payload=PAYLOADS)
@example(payload=b"[" * 100_000)
@example(payload=b"<a>" * 40_000)
@example(payload=b"a" * 131_072)
@example(payload=b'"' * 140_000)
@example(payload=b"a=&" * 5_000)
def test_whatever_comes_is_read_or_refused_for_a_reason(parser: dict[str, Any], payload: bytes) -> None:
    checked = ADAPTER.validate_python(parser)
    try:
        found = checked.read(payload)
    except PayloadError:
        return
    assert len(found) <= MAX_RECORDS
    for record in found:
        assert record.keys() <= checked.field_names
        for value in record.values():
            assert value is None or isinstance(value, str | int | float)
            assert not isinstance(value, str) or (len(value) <= MAX_TEXT and "\x00" not in value)


def test_json_makes_a_record_of_each_element() -> None:
    payload = {"site": "hall", "list": [{"n": 1, "deep": {"x y": [True]}}, "no object", {"n": 2}]}
    fields = {"n": "$.n", "x": "$.deep['x y'][0]", "site": "^.site"}
    assert records(payload, type="json", records="$.list", fields=fields) == [
        {"n": 1, "x": True, "site": "hall"},
        {"n": 2, "x": None, "site": "hall"},
    ]


def test_json_within_json_is_read_in_its_place() -> None:
    payload = {"Message": '{"state": "ALARM"}'}
    assert records(payload, type="json", embedded=["$.Message"], fields={"s": "$.Message.state"}) == [{"s": "ALARM"}]
    plain = {"Message": "plain"}
    assert records(plain, type="json", embedded=["$.Message"], fields={"s": "$.Message"}) == [{"s": "plain"}]


def test_json_lists_and_objects_are_kept_as_text() -> None:
    assert records({"a": {"b": [1]}}, type="json", fields={"a": "$.a"}) == [{"a": '{"b":[1]}'}]


def test_more_records_than_are_taken_at_once_are_refused() -> None:
    with pytest.raises(PayloadError, match="more than 500"):
        records([{}] * (MAX_RECORDS + 1), type="json", fields={"a": "$.a"})


def test_a_form_is_one_record() -> None:
    assert records("name=Core+switch&status=Down&name=x", type="form", fields={"n": "name", "s": "status"}) == [
        {"n": "x", "s": "Down"}
    ]


def test_a_form_with_nothing_that_is_looked_for_is_refused() -> None:
    with pytest.raises(PayloadError, match="status"):
        records('{"status": "Down"}', type="form", fields={"s": "status"})


def test_xml_is_read_without_looking_at_namespaces() -> None:
    payload = '<e:list xmlns:e="urn:x"><e:event id="7"><e:text>High <b>load</b></e:text></e:event><event/></e:list>'
    fields = {"id": "@id", "text": "text"}
    assert records(payload, type="xml", records="event", fields=fields) == [
        {"id": "7", "text": "High load"},
        {"id": None, "text": None},
    ]


@pytest.mark.parametrize(
    "payload",
    [
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        '<?xml version="1.0" encoding="nonsense"?><a/>',
        "<a>",
    ],
)
def test_xml_with_anything_dangerous_or_broken_is_refused(payload: str) -> None:
    with pytest.raises(PayloadError):
        records(payload, type="xml", fields={"a": "."})


def test_a_regular_expression_reads_line_by_line() -> None:
    assert records("fan 1 failed\nall well\nfan 2 failed", type="regex", pattern="fan (?P<fan>[0-9]+) failed") == [
        {"fan": "1"},
        {"fan": "2"},
    ]


def test_an_expression_that_backtracking_would_never_finish_is_done_at_once() -> None:
    assert records("a" * 50_000 + "!", type="regex", pattern="^(?P<a>(a+)+)$") == []


def test_grok_takes_the_first_pattern_that_matches() -> None:
    patterns = ["%{TIMESTAMP_ISO8601:at} %{IP:address} %{WORD:state}", "%{HOSTNAME:host} is %{STATE:state}"]
    text = "2026-01-01T00:00:00Z 192.0.2.7 down\nrouter-1.example is up\nnothing"
    assert records(text, type="grok", patterns=patterns, parts={"STATE": "up|down"}) == [
        {"at": "2026-01-01T00:00:00Z", "address": "192.0.2.7", "state": "down"},
        {"host": "router-1.example", "state": "up"},
    ]


def test_keys_and_values_are_read_without_looking_at_capitals() -> None:
    assert records("Status : failed\nDisk: 2", type="key_value", fields={"s": "STATUS", "d": "disk", "x": "x"}) == [
        {"s": "failed", "d": "2", "x": None}
    ]
    assert records('a="1" b=2', type="key_value", pair_separator=" ", separator="=", fields=AB) == [
        {"a": "1", "b": "2"}
    ]


def test_csv_columns_are_found_by_heading_or_position() -> None:
    assert records('Name,State\n"Port, one",down\n\n', type="csv", columns={"n": "name", "s": 1, "x": 9}) == [
        {"n": "Port, one", "s": "down", "x": None}
    ]
    with pytest.raises(PayloadError, match="no column Speed"):
        records("Name\na", type="csv", columns={"s": "Speed"})


def test_a_table_of_blanks_is_read_as_commands_print_it() -> None:
    text = "show ports\nPort    State   Last change\ngi0/1   down    two days ago\ngi0/2   up      now"
    columns = {"port": "Port", "changed": "Last change"}
    assert records(text, type="table", separator="wide_spaces", skip_lines=1, columns=columns) == [
        {"port": "gi0/1", "changed": "two days ago"},
        {"port": "gi0/2", "changed": "now"},
    ]


def test_both_kinds_of_syslog_are_read() -> None:
    assert read_line('<165>1 2003-08-24T05:14:15.000003-07:00 fw-1 app 8710 ID47 [x@1 a="b\\"]"] it failed') == {
        "facility": "local4",
        "syslog_severity": "notice",
        "timestamp": "2003-08-24T05:14:15.000003-07:00",
        "host": "fw-1",
        "app_name": "app",
        "process_id": "8710",
        "event_id": "ID47",
        "message": "it failed",
    }
    assert read_line("<34>Oct 11 22:14:15 mymachine su[230]: 'su root' failed") == {
        "facility": "auth",
        "syslog_severity": "critical",
        "timestamp": "Oct 11 22:14:15",
        "host": "mymachine",
        "app_name": "su",
        "process_id": "230",
        "event_id": None,
        "message": "'su root' failed",
    }


def test_what_a_syslog_message_says_adds_fields() -> None:
    line = "<34>Oct 11 22:14:15 sw-1 link: port 7 down"
    [record] = records(line, type="syslog", message_patterns=["port (?P<port>[0-9]+)"])
    assert (record["host"], record["port"]) == ("sw-1", "7")


@pytest.mark.parametrize(
    ("trap", "oid"),
    [
        ({"trap_oid": ".1.3.6.1.6.3.1.1.5.3"}, "1.3.6.1.6.3.1.1.5.3"),
        ({"generic_trap": 3, "specific_trap": 0, "enterprise_oid": "1.3.6.1.4.1.9"}, "1.3.6.1.6.3.1.1.5.4"),
        ({"generic_trap": 6, "specific_trap": 7, "enterprise_oid": "1.3.6.1.4.1.9"}, "1.3.6.1.4.1.9.0.7"),
        ({"varbinds": [{"oid": "1.3.6.1.6.3.1.1.4.1.0", "value": "1.3.6.1.4.1.9.0.7"}]}, "1.3.6.1.4.1.9.0.7"),
    ],
)
def test_a_trap_is_called_the_same_in_every_version_of_snmp(trap: dict[str, Any], oid: str) -> None:
    assert records(trap, type="snmp")[0]["trap_oid"] == oid


def test_a_variable_is_found_by_whole_components_of_its_name() -> None:
    binds = [{"oid": "1.3.6.1.22.5", "value": "other"}, {"oid": "1.3.6.1.2.5.6", "value": "mine"}]
    fields = {"value": {"oid": "1.3.6.1.2"}, "index": {"oid": "1.3.6.1.2", "take": "index"}}
    [record] = records({"trap_oid": "1.3", "varbinds": binds}, type="snmp", fields=fields)
    assert (record["value"], record["index"]) == ("mine", "5.6")


@pytest.mark.parametrize("payload", [[], None, 7, {}, {"alert": []}, {"alerts": [1, None, "x"]}, {"alerts": "none"}])
def test_json_of_another_shape_than_was_declared_is_refused(payload: Any) -> None:
    with pytest.raises(PayloadError, match=r"\$\.alerts"):
        records(payload, type="json", records="$.alerts", fields={"a": "$.a"})


def test_json_with_an_empty_list_of_records_says_nothing() -> None:
    assert records({"alerts": []}, type="json", records="$.alerts", fields={"a": "$.a"}) == []
