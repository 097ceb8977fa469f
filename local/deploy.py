"""The real `sam build` and `sam deploy` against the emulator, left out when nothing changed."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from botocore.exceptions import ClientError

from local import aws, emulator, stack_resources
from local.after_deploy import correct_stack
from local.console import note
from local.digest import digest_of
from local.errors import LocalError
from local.instance import PYTHON_FOLDER, REPOSITORY, SAM_COMMAND, STACK_NAME, Instance
from local.processes import own_environment

_DEPLOYED_FROM = ("template.yaml", "stacks", "samconfig.toml", "functions", "layers", "statemachines")
_GOOD = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
_FAILED_UPDATE = "UPDATE_ROLLBACK_COMPLETE"  # it stands as before the update, and may be updated again
# The emulator can't change some nested stacks in place (it forgets a queue's address meanwhile), nor go back then.
_STUCK = "UPDATE_ROLLBACK_FAILED"
_LOG_LINES_SHOWN = 25


@dataclass(frozen=True, slots=True)
class Deployment:
    """The stack as it stands: its outputs, and what had to be done."""

    outputs: dict[str, str]
    outcome: str


def deploy(instance: Instance, database_url: str) -> Deployment:
    """Have the stack deployed as the repository describes it.

    A stack that can't be updated is deleted and made anew; the database is no part of it. Raises LocalError, after
    printing what failed, when it can't be deployed.
    """
    overrides = parameter_overrides(
        {
            "Stage": "local",
            "DatabaseOwnerUrl": database_url,
            "EmulatorUrl": instance.emulator_url,
            "SignInCallbackUrls": "http://localhost:5173/app/sign-in/callback",  # `npm run dev`
            "DeviceEndpoint": f"127.0.0.1:{instance.mqtt_port}",
            "DeliveryConcurrency": "4",
            "EmailSender": "alerts@pulse.example",
            "OutboundAllowedNetworks": "127.0.0.0/8",
            "TelemetryConcurrency": "4",  # there are about two cores
        }
    )
    digest = digest_of([REPOSITORY / name for name in _DEPLOYED_FROM], *overrides)
    deployed, failed = instance.folder / "deployed.digest", instance.folder / "failed.digest"
    status = stack_status(instance)
    reason = None
    if status in _GOOD and _holds(deployed, digest):
        lost = stack_resources.lost_resources(instance)
        if not lost:
            return Deployment(outputs(instance), "unchanged")
        reason = f"the emulator has lost {', '.join(lost)}"
    elif status == _FAILED_UPDATE and _holds(failed, digest):
        reason = "this very update failed before"
    elif status is not None and status not in {*_GOOD, _FAILED_UPDATE}:
        reason = f"the stack is {status}"
    if reason is not None:
        note(f"{reason}: deploying from nothing")
        _delete(instance)
    deployed.unlink(missing_ok=True)
    _sam(instance, "build", ["--cached", "--parallel", "--template-file", str(REPOSITORY / "template.yaml")])
    failed.write_text(digest)
    parameters = ["--parameter-overrides", *overrides]
    try:
        _sam(instance, "deploy", parameters)
    except LocalError:
        if stack_status(instance) != _STUCK:
            raise
        note(f"the stack is {_STUCK}: deploying from nothing, its users too; the database stays as it is")
        _delete(instance)
        _sam(instance, "deploy", parameters)
    status = stack_status(instance)
    if status not in _GOOD:
        message = f"The stack is {status} after the deploy; see {instance.logs_folder / 'deploy.log'}"
        raise LocalError(message)
    correct_stack(instance)
    emulator.save(instance)
    failed.unlink()
    deployed.write_text(digest)
    return Deployment(outputs(instance), f"stack {STACK_NAME} deployed")


def outputs(instance: Instance) -> dict[str, str]:
    """The stack's outputs by name."""
    stack = aws.cloudformation(instance).describe_stacks(StackName=STACK_NAME)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def stack_status(instance: Instance) -> str | None:
    """CloudFormation's word for the stack's state; None when there is no stack."""
    try:
        stacks = aws.cloudformation(instance).describe_stacks(StackName=STACK_NAME)["Stacks"]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "ValidationError":  # how CloudFormation says "not found"
            return None
        raise
    status = str(stacks[0]["StackStatus"]) if stacks else None
    return None if status == "DELETE_COMPLETE" else status


def parameter_overrides(parameters: Mapping[str, str]) -> list[str]:
    """`sam deploy`'s notation, with which a value may hold spaces and quotes."""
    return [f"ParameterKey={name},ParameterValue={_quoted(value)}" for name, value in sorted(parameters.items())]


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _sam(instance: Instance, verb: str, options: Sequence[str]) -> None:
    """Run one verb of sam; show the end of its output when it fails.

    In the instance's folder, where sam keeps what it has of its own, so that two instances build at the same time.
    """
    build = instance.build_folder
    places = {
        "build": ["--build-dir", str(build), "--cache-dir", str(build.with_name("build-cache"))],
        "deploy": ["--template-file", str(build / "template.yaml")],
    }
    log_file = instance.logs_folder / f"{verb}.log"
    started = datetime.now(UTC)
    with log_file.open("w") as log:
        command = [str(SAM_COMMAND), verb, "--config-file", str(REPOSITORY / "samconfig.toml")]
        command += ["--config-env", "local", *places[verb], *options]
        environment = own_environment() | aws.environment(instance)
        environment["SAM_CLI_TELEMETRY"] = "0"
        environment["PATH"] = f"{PYTHON_FOLDER}{os.pathsep}{environment.get('PATH', os.defpath)}"  # its python3.13
        ended = subprocess.run(
            command, env=environment, cwd=instance.folder, stdout=log, stderr=subprocess.STDOUT, check=False
        )
    if ended.returncode == 0:
        return
    failures = _failures_since(instance, started)
    for line in failures or log_file.read_text(errors="replace").splitlines()[-_LOG_LINES_SHOWN:]:
        note(line)
    message = f"sam {verb} failed; all of its output: {log_file}"
    if stack_status(instance) == _FAILED_UPDATE:
        message += (
            "\nIf the template is right and the change just can't be made in place, run it again: the stack is then"
            " made from nothing, its users too. The database stays as it is."
        )
    raise LocalError(message)


def _delete(instance: Instance) -> None:
    client = aws.cloudformation(instance)
    client.delete_stack(StackName=STACK_NAME)
    client.get_waiter("stack_delete_complete").wait(StackName=STACK_NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 120})


def _failures_since(instance: Instance, started: datetime) -> list[str]:
    """The stack's own account of what failed, and that of the stacks nested in it, in order."""
    client = aws.cloudformation(instance)
    try:
        stacks = [STACK_NAME, *stack_resources.nested_stacks(instance).values()]
        events = [event for stack in stacks for event in client.describe_stack_events(StackName=stack)["StackEvents"]]
    except ClientError:  # it failed before there was a stack
        return []
    return [
        f"{event.get('LogicalResourceId')}: {event.get('ResourceStatusReason', 'failed')}"
        for event in sorted(events, key=lambda event: event["Timestamp"])
        if event["Timestamp"] >= started and str(event.get("ResourceStatus", "")).endswith("FAILED")
    ]


def _holds(file: Path, digest: str) -> bool:
    return file.exists() and file.read_text() == digest
