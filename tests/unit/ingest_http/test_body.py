"""Bodies as they come: plain, base64, gzip, and those that are more than they seem."""

import base64
import gzip
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest_http.body import (
    BodySpoiltError,
    BodyTooLargeError,
    BodyUnreadableError,
    EncodingUnsupportedError,
    inflate,
    read_body,
)

WHOLE = gzip.compress(b"one", mtime=0)
LIMIT = 1000


def request(body: bytes, *, encoding: str | None = None, as_text: bool = False) -> dict[str, Any]:
    headers = {} if encoding is None else {"content-encoding": encoding}
    if as_text:
        return {"headers": headers, "body": body.decode(), "isBase64Encoded": False}
    return {"headers": headers, "body": base64.b64encode(body).decode(), "isBase64Encoded": True}


@given(st.binary(max_size=LIMIT))
def test_gzip_is_undone(plain: bytes) -> None:
    assert inflate(gzip.compress(plain), max_bytes=LIMIT) == plain
    assert read_body(request(gzip.compress(plain), encoding="gzip"), max_bytes=LIMIT) == plain


@given(st.binary(max_size=LIMIT))
def test_what_is_not_compressed_comes_as_it_is(plain: bytes) -> None:
    assert read_body(request(plain), max_bytes=LIMIT) == plain
    assert read_body(request(plain, encoding="identity"), max_bytes=LIMIT) == plain


def test_text_comes_as_its_bytes() -> None:
    assert read_body(request("grün".encode(), as_text=True), max_bytes=LIMIT) == "grün".encode()
    assert read_body({"headers": {}}, max_bytes=LIMIT) == b""


@given(st.binary(max_size=300))
def test_no_body_does_anything_else_than_be_read_or_be_refused(data: bytes) -> None:
    for encoding in ("gzip", None):
        try:
            assert len(read_body(request(data, encoding=encoding), max_bytes=LIMIT)) <= LIMIT
        except (BodyTooLargeError, BodyUnreadableError):
            continue


def test_a_bomb_is_put_out_before_it_has_grown() -> None:
    bomb = gzip.compress(bytes(100_000_000))
    tracemalloc.start()
    with pytest.raises(BodyTooLargeError):
        inflate(bomb, max_bytes=LIMIT)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000


@pytest.mark.parametrize("size", [LIMIT, LIMIT + 1])
def test_the_limit_is_exact(size: int) -> None:
    for body, encoding in ((bytes(size), None), (gzip.compress(bytes(size)), "gzip")):
        if size <= LIMIT:
            assert len(read_body(request(body, encoding=encoding), max_bytes=LIMIT)) == size
        else:
            with pytest.raises(BodyTooLargeError):
                read_body(request(body, encoding=encoding), max_bytes=LIMIT)


@pytest.mark.parametrize(
    "broken",
    [b"no gzip at all", WHOLE[:-5], WHOLE + WHOLE, b""],
)
def test_what_is_no_single_whole_gzip_is_unreadable(broken: bytes) -> None:
    with pytest.raises(BodyUnreadableError):
        inflate(broken, max_bytes=LIMIT)


def test_bad_base64_is_unreadable_and_other_encodings_are_not_understood() -> None:
    with pytest.raises(BodyUnreadableError):
        read_body({"headers": {}, "body": "*", "isBase64Encoded": True}, max_bytes=LIMIT)
    with pytest.raises(EncodingUnsupportedError):
        read_body(request(b"x", encoding="br"), max_bytes=LIMIT)


def test_a_compressed_body_that_came_as_text_is_spoilt_and_not_tried() -> None:
    with pytest.raises(EncodingUnsupportedError):
        read_body(request(b"\x1f", encoding="gzip", as_text=True), max_bytes=LIMIT)


def test_text_in_which_the_gateway_has_replaced_something_is_not_passed_on() -> None:
    with pytest.raises(BodySpoiltError, match="at line 2, column 3; send it as UTF-8"):
        read_body(request('{\n "\ufffd"}'.encode(), as_text=True), max_bytes=LIMIT)


def test_the_replacement_as_an_escape_and_in_bytes_is_the_senders_own() -> None:
    assert read_body(request(b'"\\ufffd"', as_text=True), max_bytes=LIMIT) == b'"\\ufffd"'
    assert read_body(request("\ufffd".encode()), max_bytes=LIMIT) == "\ufffd".encode()
