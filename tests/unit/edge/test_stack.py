"""`stack.json`: read when it is right, explained when it is not."""

import json
from pathlib import Path
from typing import Any

import pytest

from edge.simulator.__main__ import main
from edge.simulator.stack import StackError, read_stack


def write_stack(folder: Path, **changes: Any) -> Path:
    for name in ("ca.pem", "d1.pem", "d1.key"):
        (folder / name).write_text("")
    device = {
        "tenant_id": "acme",
        "device_id": "d1",
        "client_id": "acme:d1",
        "certificate_file": str(folder / "d1.pem"),
        "key_file": str(folder / "d1.key"),
        "site_id": "plant-1",
        "profile": "pump",
    } | changes
    stack = {
        "api_url": "http://127.0.0.1:1/",
        "mqtt": {"host": "127.0.0.1", "port": 8883, "ca_file": str(folder / "ca.pem")},
        "devices": [device],
    }
    path = folder / "stack.json"
    path.write_text(json.dumps(stack))
    return path


def test_reads_the_broker_and_the_devices(tmp_path: Path) -> None:
    stack = read_stack(write_stack(tmp_path))
    assert (stack.mqtt.host, stack.mqtt.port) == ("127.0.0.1", 8883)
    assert [device.client_id for device in stack.devices] == ["acme:d1"]


def test_a_missing_stack_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="make up"):
        read_stack(tmp_path / "stack.json")


def test_an_unknown_profile_is_named_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"devices\.0\.profile.*'toaster', known are cold_storage"):
        read_stack(write_stack(tmp_path, profile="toaster"))


def test_a_missing_certificate_is_named(tmp_path: Path) -> None:
    path = write_stack(tmp_path)
    (tmp_path / "d1.key").unlink()
    with pytest.raises(StackError, match=r"d1\.key, which is missing"):
        read_stack(path)


def test_no_json_is_an_error_too(tmp_path: Path) -> None:
    path = tmp_path / "stack.json"
    path.write_text("{")
    with pytest.raises(StackError, match="the file"):
        read_stack(path)


def test_the_program_ends_with_the_sentence_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--stack", str(tmp_path / "none.json")]) == 2
    assert capsys.readouterr().err.endswith("Run `make up` first, or name another --stack.\n")


@pytest.mark.parametrize("option", ["--interval=0.1", "--interval=nan", "--devices=0", "--buffer=x"])
def test_senseless_options_are_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([option])
    assert ended.value.code == 2
    assert option.split("=")[0] in capsys.readouterr().err
