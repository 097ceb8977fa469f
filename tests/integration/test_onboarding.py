"""Registered, given a credential, heard, ONLINE: for each kind of credential, on the deployed stack."""

import io
import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from pulse.devices.signing import make_key
from tests.integration.onboarding import Newcomer


def with_a_certificate_for_its_own_key(newcomer: Newcomer) -> None:
    key = make_key(newcomer.device_id)
    new = newcomer.post("/credentials", {"signing_request": key.signing_request}).json()
    assert new["private_key_pem"] is None
    newcomer.publish_first_message(new, key.private_key_pem)


def with_a_certificate_and_the_key_that_came_with_it(newcomer: Newcomer) -> None:
    newcomer.publish_first_message(newcomer.post("/credentials").json())


def with_an_activation_code(newcomer: Newcomer) -> None:
    code = newcomer.post("/activation-code").json()["code"]
    key = make_key(newcomer.device_id)
    answer = httpx.post(
        f"{newcomer.stack.description['api_url']}/provision/v1/activate",
        json={"code": code, "signing_request": key.signing_request},
        timeout=90,
    )
    assert answer.status_code == 201, answer.text
    newcomer.publish_first_message(answer.json(), key.private_key_pem)


def with_a_claim_token_of_its_factory(newcomer: Newcomer) -> None:
    line = {"label": "Line 1", "site_id": "hall-a", "device_type": "freezer", "max_devices": 1}
    made = newcomer.api.post("/customer/claim-tokens", json=line)
    assert made.status_code == 201, made.text
    key = make_key(newcomer.device_id)
    answer = httpx.post(
        f"{newcomer.stack.description['api_url']}/provision/v1/claim",
        json={
            "token": made.json()["token"],
            "device_id": newcomer.device_id,
            "signing_request": key.signing_request,
        },
        timeout=90,
    )
    assert answer.status_code == 201, answer.text
    newcomer.publish_first_message(answer.json(), key.private_key_pem)


def with_a_token_over_http(newcomer: Newcomer) -> None:
    token = newcomer.post("/credentials", {"kind": "token"}).json()["token"]
    answer = httpx.post(
        f"{newcomer.stack.description['api_url']}/ingest/v1/telemetry",
        json={"metrics": {"temp_c": 4.5}},
        headers={"Authorization": f"Bearer {token}"},
        timeout=90,
    )
    assert answer.status_code == 202, answer.text


def with_the_python_example_of_the_bundle(newcomer: Newcomer) -> None:
    folder = unpack_bundle(newcomer)
    said = subprocess.run([sys.executable, str(folder / "publish.py")], check=True, timeout=120, capture_output=True)
    assert said.stdout == b"published\n"


def test_how_a_device_connects_can_be_read_before_it_has_a_certificate(newcomer: Newcomer) -> None:
    connection = newcomer.api.get(f"/customer/devices/{newcomer.device_id}/mqtt-connection")
    assert connection.status_code == 200, connection.text
    assert connection.json() == newcomer.post("/credentials").json()["mqtt"]


def test_a_factory_brings_devices_in_with_a_key_for_that_alone(newcomer: Newcomer) -> None:
    scopes = ["provision", "devices:read"]
    key = newcomer.api.post("/customer/api-keys", json={"name": "Line 1", "role": "customer", "scopes": scopes})
    assert key.status_code == 201, key.text
    factory = newcomer.stack.api_with(key.json()["key"])
    device = {"device_id": f"{newcomer.device_id}-f", "site_id": "hall-a", "device_type": "freezer"}
    answers = [
        factory.post("/provision/v1/devices", json=device),
        factory.get(f"/provision/v1/devices/{device['device_id']}"),
        factory.post(f"/provision/v1/devices/{device['device_id']}/credentials"),
        factory.post(f"/provision/v1/devices/{device['device_id']}/activation-code"),
        factory.get("/provision/v1/devices", params={"limit": 1}),
        factory.get("/customer/alerts"),
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 201, 201, 200, 403]
    made = Newcomer(newcomer.tenancy, device["device_id"], newcomer.folder)
    made.publish_first_message(answers[2].json())
    made.wait_online()
    path = f"/provision/v1/devices/{device['device_id']}/decommission"
    gone = factory.post(path, json={"reason": "failed its test"})
    assert (gone.status_code, gone.json()["lifecycle"]) == (200, "DECOMMISSIONED")
    assert factory.post(path, json={"reason": "once more"}).status_code == 409


@pytest.mark.parametrize(
    "come_in",
    [
        with_a_certificate_for_its_own_key,
        with_a_certificate_and_the_key_that_came_with_it,
        with_an_activation_code,
        with_a_claim_token_of_its_factory,
        with_a_token_over_http,
        with_the_python_example_of_the_bundle,
    ],
)
def test_a_new_device_is_online_with_its_first_message(newcomer: Newcomer, come_in: Callable[[Newcomer], None]) -> None:
    assert newcomer.status() == "PENDING"
    come_in(newcomer)
    newcomer.wait_online()


def unpack_bundle(newcomer: Newcomer) -> Path:
    answer = newcomer.post("/credentials/bundle")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == f'attachment; filename="{newcomer.device_id}.zip"'
    with ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(newcomer.folder)
    return newcomer.folder / newcomer.device_id


def test_the_bundle_has_everything_that_its_examples_name(newcomer: Newcomer) -> None:
    folder = unpack_bundle(newcomer)
    config = json.loads((folder / "config.json").read_text())
    assert (config["tenant_id"], config["device_id"]) == (newcomer.tenancy.tenant_id, newcomer.device_id)
    assert (folder / "publish.py").read_text().count("\n") <= 13
    words = shlex.split((folder / "publish.sh").read_text().replace("\\\n", " "), comments=True)
    options = dict(
        zip(words[words.index("mosquitto_pub") + 1 :: 2], words[words.index("mosquitto_pub") + 2 :: 2], strict=True)
    )
    assert (options["-h"], int(options["-p"]), options["-i"]) == (config["host"], config["port"], config["client_id"])
    assert options["-t"] == config["telemetry_topic"]
    assert json.loads(options["-m"]) == {"metrics": {"temp_c": 21.5}}
    for option in ("--cafile", "--cert", "--key"):
        assert (folder / options[option]).is_file()


def test_a_code_works_once(newcomer: Newcomer) -> None:
    code = newcomer.post("/activation-code").json()["code"]
    url = f"{newcomer.stack.description['api_url']}/provision/v1/activate"
    answers = [httpx.post(url, json={"code": code}, timeout=90) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 401]
    assert answers[1].headers["content-type"] == "application/problem+json"
