"""Secrets of a configuration are never shown, and never lost by an edit."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.errors import InvalidInputError
from pulse.masking import MASK, masked, take_apart, unmasked
from pulse.notifications.channels.registry import kinds
from pulse.notifications.channels.webhook.config import WebhookConfig

URL = "https://hooks.example/x"
SECRET = "whsec_" + "A" * 32


def test_what_is_shown_has_a_mask_for_each_secret() -> None:
    config = WebhookConfig(url=URL, headers={"Authorization": "Bearer 1", "X-Key": "2"}, signing_secret=SECRET)
    shown = masked(*take_apart(config))
    assert shown["headers"] == {"Authorization": MASK, "X-Key": MASK}
    assert (shown["signing_secret"], shown["url"]) == (MASK, URL)
    assert shown.get("previous_signing_secret") is None
    assert "Bearer" not in str(shown)
    assert SECRET not in str(shown)


TEXTS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=24, max_size=60).filter(
    lambda text: not text.startswith("whsec_") and text != MASK
)


@given(secret=TEXTS, headers=st.dictionaries(st.sampled_from(["X-A", "X-B", "X-C"]), TEXTS))
def test_sending_back_what_was_shown_changes_nothing(secret: str, headers: dict[str, str]) -> None:
    config = WebhookConfig(url=URL, signing_secret=secret, headers=headers)
    parts = take_apart(config)
    assert WebhookConfig.model_validate(unmasked(masked(*parts), parts.secret)) == config


def test_one_header_may_be_changed_and_another_kept() -> None:
    config = {"url": URL, "headers": {"X-A": MASK, "X-B": "new"}}
    assert unmasked(config, {"headers": {"X-A": "kept", "X-B": "old", "X-C": "gone"}})["headers"] == {
        "X-A": "kept",
        "X-B": "new",
    }


@pytest.mark.parametrize(
    ("config", "field"),
    [({"signing_secret": MASK}, "config.signing_secret"), ({"headers": {"X-A": MASK}}, "config.headers.X-A")],
)
def test_a_mask_of_nothing_is_named(config: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        unmasked(config, {})
    assert [error.field for error in caught.value.errors] == [field]


def test_every_kind_marks_its_secrets_for_forms() -> None:
    marked = {
        name.value: {
            field
            for field, schema in kind.config_model.model_json_schema()["properties"].items()
            if schema.get("writeOnly")
        }
        for name, kind in kinds().items()
    }
    assert marked == {name.value: set(kind.config_model.secret_fields()) for name, kind in kinds().items()}
    assert marked["slack"] == {"webhook_url", "bot_token"}
    assert marked["email"] == {"password"}
