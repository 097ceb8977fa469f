"""Devices that bring themselves in: each shows a claim token once, and keeps its key and certificate in a folder."""

import json
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from edge.simulator.profiles import PROFILES
from edge.simulator.stack import Endpoint, Stack, StackDevice, StackError

ATTEMPTS = 20

logger = logging.getLogger("simulator")


@dataclass(frozen=True)
class Factory:
    """Where newcomers show which token, how their ids begin, and where their files go."""

    api_url: str
    claim_token: str
    prefix: str
    folder: Path


def bring_in(
    factory: Factory, count: int, *, client: httpx.Client, pause: Callable[[float], None] = time.sleep
) -> Stack:
    """The stack with so many devices of the factory; those whose files are there came in before.

    Raises StackError when the API lets one of them not in.
    """
    factory.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kinds = list(PROFILES)
    devices: list[StackDevice] = []
    endpoint: Endpoint | None = None
    for number in range(count):
        device_id = f"{factory.prefix}{number + 1:04}"
        known = factory.folder / f"{device_id}.json"
        came = json.loads(known.read_text()) if known.exists() else {}
        # Certificates of another stack, or of one that was made anew, open nothing here.
        if came.get("api_url") != factory.api_url:
            _claim(factory, device_id, client, pause)
            came = json.loads(known.read_text())
        endpoint = Endpoint(host=came["host"], port=came["port"], ca_file=factory.folder / "ca.pem")
        devices.append(
            StackDevice(
                tenant_id=came["tenant_id"],
                device_id=device_id,
                client_id=came["client_id"],
                certificate_file=factory.folder / f"{device_id}.pem",
                key_file=factory.folder / f"{device_id}.key",
                profile=kinds[number % len(kinds)],
            )
        )
    assert endpoint is not None
    return Stack(mqtt=endpoint, devices=devices)


def _claim(factory: Factory, device_id: str, client: httpx.Client, pause: Callable[[float], None]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, device_id)]))
        .sign(key, hashes.SHA256())
    )
    body = {
        "token": factory.claim_token,
        "device_id": device_id,
        "model": "simulated",
        "signing_request": request.public_bytes(Encoding.PEM).decode(),
    }
    answer = _post(f"{factory.api_url}/provision/v1/claim", body, client, pause)
    if answer.status_code != httpx.codes.CREATED:
        raise StackError(f"{device_id} was not let in: {answer.status_code} {answer.text}")
    came = answer.json()
    _write(factory.folder / f"{device_id}.key", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    _write(factory.folder / f"{device_id}.pem", came["certificate_pem"].encode())
    _write(factory.folder / "ca.pem", came["mqtt"]["certificate_authority_pem"].encode())
    connection = {name: came["mqtt"][name] for name in ("host", "port", "client_id")}
    known = {"api_url": factory.api_url, "tenant_id": came["tenant_id"], **connection}
    _write(factory.folder / f"{device_id}.json", json.dumps(known).encode())
    logger.info("device_came_in device=%s", came["mqtt"]["client_id"])


def _post(url: str, body: object, client: httpx.Client, pause: Callable[[float], None]) -> httpx.Response:
    """A line of newcomers is asked to wait now and then."""
    for _ in range(ATTEMPTS):
        answer = client.post(url, json=body)
        if answer.status_code not in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE):
            break
        pause(float(answer.headers.get("Retry-After", "1")))
    return answer


def _write(path: Path, content: bytes) -> None:
    """Readable for us alone."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
