"""LocalStack's container in place of MiniStack, for those who ask for it.

Written from LocalStack's documentation and never run: the machines this was developed on have neither Docker nor a
token. LocalStack's community edition lacks IoT, Cognito and HTTP APIs, so a token is needed. Whoever makes it work has
two things left: the broker's certificate authority (`demo.fetch_certificate_authority` asks an address of MiniStack's)
and the broker's port, which LocalStack's DescribeEndpoint names.
"""

import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Mapping
from urllib.error import URLError

from local import ports
from local.errors import LocalError
from local.instance import Instance, port_variable

_IMAGE = "localstack/localstack-pro:4.14"


def is_wanted(environment: Mapping[str, str]) -> bool:
    """Whether EMULATOR names LocalStack. Raises LocalError for a name that is none."""
    wanted = environment.get("EMULATOR") or "ministack"
    if wanted not in ("ministack", "localstack"):
        message = f"EMULATOR is {wanted!r}; it may be ministack (the default) or localstack."
        raise LocalError(message)
    return wanted == "localstack"


def start(instance: Instance, environment: Mapping[str, str]) -> str:
    """Run LocalStack on the instance's ports. Raises LocalError without Docker or a token."""
    require_prerequisites(environment, docker=_docker_answers())
    name = _container(instance)
    if not _runs(name):
        ports.require_free(instance.emulator_port, "the AWS emulator", port_variable(instance.name, "EMULATOR"))
        subprocess.run(["docker", "rm", "--force", name], capture_output=True, check=False)
        command = ["docker", "run", "--detach", "--name", name, "--env", "LOCALSTACK_AUTH_TOKEN"]
        command += ["--publish", f"127.0.0.1:{instance.emulator_port}:4566", "--env", "PERSISTENCE=1"]
        command += ["--publish", f"127.0.0.1:{instance.mqtt_port}:8883", "--volume", f"{name}:/var/lib/localstack"]
        command += ["--volume", "/var/run/docker.sock:/var/run/docker.sock", _IMAGE]
        started = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)
        if started.returncode != 0:
            message = f"LocalStack's container did not start:\n{started.stderr}"
            raise LocalError(message)
    deadline = time.monotonic() + 120
    while not _is_healthy(instance):
        if time.monotonic() > deadline:
            message = f"LocalStack does not answer on {instance.emulator_url}; see: docker logs {name}"
            raise LocalError(message)
        time.sleep(0.5)
    return f"LocalStack on {instance.emulator_url} (container {name})"


def stop(instance: Instance) -> bool:
    """Stop the container if it runs."""
    name = _container(instance)
    if shutil.which("docker") is None or not _runs(name):
        return False
    subprocess.run(["docker", "stop", name], capture_output=True, check=False)
    return True


def require_prerequisites(environment: Mapping[str, str], *, docker: bool) -> None:
    """Raise LocalError naming what LocalStack needs and this machine has not got."""
    missing = [] if docker else ["a Docker engine that answers"]
    if not environment.get("LOCALSTACK_AUTH_TOKEN"):
        missing.append("LOCALSTACK_AUTH_TOKEN")
    if missing:
        message = (
            f"EMULATOR=localstack needs {' and '.join(missing)}. Without EMULATOR, MiniStack runs, which needs neither."
        )
        raise LocalError(message)


def _docker_answers() -> bool:
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


def _runs(name: str) -> bool:
    listed = subprocess.run(
        ["docker", "ps", "--quiet", "--filter", f"name=^{name}$"],
        capture_output=True,
        env=dict(os.environ),
        check=False,
    )
    return bool(listed.stdout.strip())


def _container(instance: Instance) -> str:
    return f"pulse-{instance.name}-emulator"


def _is_healthy(instance: Instance) -> bool:
    try:
        with urllib.request.urlopen(f"{instance.emulator_url}/_localstack/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
