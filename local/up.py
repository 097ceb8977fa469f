"""`make up`: everything running, with real input. May be repeated; what is there and right is left alone."""

import json
import shutil
import subprocess
import time

from local import aws, database, demo, emulator, frontend, simulator, stack_description, stack_file
from local.console import step
from local.deploy import deploy
from local.errors import LocalError
from local.instance import REGION, Instance, remember_ports
from local.stack_file import StackFile

_OLDEST_NODE = 20


def bring_up(instance: Instance, *, with_simulator: bool) -> None:
    """Run every step; raise LocalError at the first that can't be done."""
    started = time.monotonic()
    with step("tools") as current:
        current.outcome = _check_tools()
    instance.prepare_folders()
    remember_ports(instance)
    with step("database") as current:
        database_url = database.start(instance)
        current.outcome = database.describe(instance, database_url)
    with step("emulator") as current:
        current.outcome = emulator.start(instance)
    with step("deploy") as current:
        deployment = deploy(instance, database_url)
        current.outcome = deployment.outcome
    outputs = deployment.outputs
    with step("migrations") as current:
        current.outcome = _migrate(instance, outputs["MigrateDatabaseFunction"])
    with step("frontend") as current:
        current.outcome = frontend.serve(instance, outputs)
    with step("demo") as current:
        content = demo.populate(instance, outputs, database_url)
        ca_file = demo.fetch_certificate_authority(instance)
        stack_description.write(instance, outputs=outputs, database_url=database_url, demo=content, ca_file=ca_file)
        emulator.save(instance)
        current.outcome = content.outcome
    if with_simulator:
        with step("simulator") as current:
            current.outcome = simulator.start(instance)
    print(f"\nUp in {time.monotonic() - started:.1f} s.\n")
    print(_directions(instance, stack_file.read(instance)))


def _check_tools() -> str:
    node = shutil.which("node")
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout if node else ""
    version = answer.strip().removeprefix("v")
    major = version.partition(".")[0]
    if not major.isdecimal() or int(major) < _OLDEST_NODE:
        found = f"version {version} is here" if version else "it is not on PATH"
        message = f"Node.js {_OLDEST_NODE} or newer is needed, and {found}. Install it (nodejs.org) and run this again."
        raise LocalError(message)
    return f"node {version}"


def _migrate(instance: Instance, function_name: str) -> str:
    """Ask the deployed function to migrate: the database may have been made anew since the deploy."""
    answer = aws.functions(instance).invoke(FunctionName=function_name, Payload=b'{"action": "migrate"}')
    result = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        message = f"The migration failed: {result.get('errorMessage', result)}"
        raise LocalError(message)
    applied = result["applied"]
    return f"{len(applied)} applied, at {result['version']}" if applied else f"at {result['version']}"


def _directions(instance: Instance, stack: StackFile) -> str:
    """Where things are and how to log in."""
    keys = f"AWS_ACCESS_KEY_ID={aws.ACCESS_KEY} AWS_SECRET_ACCESS_KEY={aws.ACCESS_KEY}"
    lines = [
        f"  app          {stack.outputs['AppUrl']}",
        f"  API          {stack.outputs['ApiUrl']}",
        f"  MQTT         mqtts://127.0.0.1:{instance.mqtt_port}, with a certificate in {instance.certificates_folder}",
        f"  database     psql {stack.database_url}",
        f"  AWS          export AWS_ENDPOINT_URL={instance.emulator_url} AWS_DEFAULT_REGION={REGION} {keys}",
        f"  all of it    {instance.stack_file}",
        "",
    ]
    people = (*stack.users, *stack.operators)
    width = max(len(person["email"]) for person in people)
    lines += [f"  {'People':<{width}} {'password':<18} role"]
    lines += [f"  {person['email']:<{width}} {person['password']:<18} {person['role']}" for person in people]
    lines += [
        "",
        f'  curl -H "Authorization: Bearer $(make -s token)" {stack.outputs["ApiUrl"]}/customer/devices',
        "  make status WATCH=1 | make logs FUNCTION=ingest_telemetry | make down",
    ]
    return "\n".join(lines)
