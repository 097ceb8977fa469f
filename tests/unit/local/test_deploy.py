"""What `sam deploy` is given, and what happens when it fails."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from local import deploy, emulator
from local.deploy import parameter_overrides
from local.errors import LocalError
from local.instance import Instance


def test_parameters_are_in_order_and_quoted() -> None:
    assert parameter_overrides({"Stage": "local", "EmulatorUrl": "http://127.0.0.1:4566"}) == [
        'ParameterKey=EmulatorUrl,ParameterValue="http://127.0.0.1:4566"',
        'ParameterKey=Stage,ParameterValue="local"',
    ]


def test_a_password_with_quotes_and_spaces_stays_one_value() -> None:
    assert parameter_overrides({"DatabaseOwnerUrl": 'postgresql://u:a"b c\\d@h/n'}) == [
        'ParameterKey=DatabaseOwnerUrl,ParameterValue="postgresql://u:a\\"b c\\\\d@h/n"'
    ]


def deploy_that_gets_stuck(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, status_afterwards: str
) -> tuple[Instance, list[str]]:
    """An instance whose first update fails and leaves its stack in a status; and what is done then, in order."""
    statuses = iter(["UPDATE_COMPLETE", status_afterwards, "CREATE_COMPLETE"])
    done: list[str] = []

    def sam(_instance: Instance, verb: str, _options: Sequence[str]) -> None:
        done.append(verb)
        if done == ["build", "deploy"]:
            message = "sam deploy failed"
            raise LocalError(message)

    monkeypatch.setattr(deploy, "_sam", sam)
    monkeypatch.setattr(deploy, "_delete", lambda _instance: done.append("delete"))
    monkeypatch.setattr(deploy, "stack_status", lambda _instance: next(statuses))
    monkeypatch.setattr(deploy, "correct_stack", lambda _instance: done.append("correct"))
    monkeypatch.setattr(deploy, "outputs", lambda _instance: {})
    monkeypatch.setattr(emulator, "save", lambda _instance: done.append("save"))
    return Instance("test", tmp_path, emulator_port=1, mqtt_port=2, database_port=3), done


def test_a_stack_that_can_neither_change_nor_go_back_is_made_from_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    instance, done = deploy_that_gets_stuck(monkeypatch, tmp_path, status_afterwards="UPDATE_ROLLBACK_FAILED")
    deploy.deploy(instance, "postgresql://owner@database/pulse")
    assert done == ["build", "deploy", "delete", "deploy", "correct", "save"]


def test_a_stack_that_went_back_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    instance, done = deploy_that_gets_stuck(monkeypatch, tmp_path, status_afterwards="UPDATE_ROLLBACK_COMPLETE")
    with pytest.raises(LocalError, match="sam deploy failed"):
        deploy.deploy(instance, "postgresql://owner@database/pulse")
    assert done == ["build", "deploy"]
