"""Devices that bring themselves in with a claim token."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from edge.simulator.__main__ import main
from edge.simulator.newcomers import Factory, bring_in
from edge.simulator.stack import Stack, StackError


class Api:
    """Stands for the API: lets everybody in, after asking to wait once."""

    def __init__(self, *, status: int = 201) -> None:
        self.claims: list[dict[str, Any]] = []
        self._status = status
        self._asked_to_wait = False

    def answer(self, request: httpx.Request) -> httpx.Response:
        if not self._asked_to_wait:
            self._asked_to_wait = True
            return httpx.Response(429, headers={"Retry-After": "7"})
        body = json.loads(request.content)
        self.claims.append(body)
        mqtt = {
            "host": "broker.example",
            "port": 8883,
            "client_id": f"acme:{body['device_id']}",
            "certificate_authority_pem": "CA",
        }
        return httpx.Response(self._status, json={"tenant_id": "acme", "certificate_pem": "PEM", "mqtt": mqtt})


def come(api: Api, folder: Path, count: int, *, api_url: str = "https://api.example") -> tuple[Stack, list[float]]:
    pauses: list[float] = []
    factory = Factory(api_url, "pc_token", "fz-", folder)
    with httpx.Client(transport=httpx.MockTransport(api.answer)) as client:
        return bring_in(factory, count, client=client, pause=pauses.append), pauses


def test_each_shows_the_token_with_a_request_for_its_own_key(tmp_path: Path) -> None:
    api = Api()
    stack, pauses = come(api, tmp_path, 3)
    assert [claim["device_id"] for claim in api.claims] == ["fz-0001", "fz-0002", "fz-0003"]
    assert {claim["token"] for claim in api.claims} == {"pc_token"}
    assert len({claim["signing_request"] for claim in api.claims}) == 3
    assert pauses == [7.0]
    assert (stack.mqtt.host, stack.devices[0].client_id) == ("broker.example", "acme:fz-0001")
    assert stack.devices[0].key_file.stat().st_mode & 0o777 == 0o600


def test_who_has_come_in_comes_back_with_the_same_certificate(tmp_path: Path) -> None:
    come(Api(), tmp_path, 2)
    api = Api()
    stack, _ = come(api, tmp_path, 3)
    assert [claim["device_id"] for claim in api.claims] == ["fz-0003"]
    assert len(stack.devices) == 3


def test_a_certificate_of_another_stack_is_not_shown_here(tmp_path: Path) -> None:
    come(Api(), tmp_path, 1)
    api = Api()
    come(api, tmp_path, 1, api_url="https://another.example")
    assert [claim["device_id"] for claim in api.claims] == ["fz-0001"]


def test_who_is_not_let_in_says_why(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="fz-0001 was not let in: 401"):
        come(Api(status=401), tmp_path, 1)


def test_more_devices_than_the_stack_has_need_a_claim_token(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("ca.pem", "d.pem", "d.key"):
        (tmp_path / name).touch()
    device = {
        "tenant_id": "acme",
        "device_id": "d",
        "client_id": "acme:d",
        "certificate_file": str(tmp_path / "d.pem"),
        "key_file": str(tmp_path / "d.key"),
        "profile": "pump",
    }
    mqtt = {"host": "127.0.0.1", "port": 8883, "ca_file": str(tmp_path / "ca.pem")}
    (tmp_path / "stack.json").write_text(json.dumps({"mqtt": mqtt, "devices": [device]}))
    assert main(["--stack", str(tmp_path / "stack.json"), "--devices", "2"]) == 2
    assert "--claim-token" in capsys.readouterr().err
