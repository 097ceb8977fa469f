"""Activation codes as people type them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.devices.activation_code import hash_of, new_code


def test_a_code_is_three_groups_of_four_that_nobody_misreads() -> None:
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", new_code().text)


def test_codes_differ() -> None:
    assert len({new_code().text for _ in range(1000)}) == 1000


@given(st.sampled_from(["", " ", "-"]), st.booleans())
def test_blanks_hyphens_and_case_make_no_difference(separator: str, lower: bool) -> None:
    code = new_code()
    typed = code.text.replace("-", separator)
    assert hash_of(typed.lower() if lower else typed) == code.code_hash


def test_letters_that_look_like_digits_are_taken_for_them() -> None:
    assert hash_of("OoIi-lL00-1111") == hash_of("0011-1100-1111")


@pytest.mark.parametrize("text", ["", "7K3M-9QRT-X04", "7K3M-9QRT-X04BB", "7K3M-9QRT-X04U", "7K3M-9QRT-X04é"])
def test_what_no_code_looks_like_has_no_hash(text: str) -> None:
    assert hash_of(text) is None


@given(st.text(max_size=30))
def test_any_text_is_read_without_an_error(text: str) -> None:
    code_hash = hash_of(text)
    assert code_hash is None or len(code_hash) == 32
