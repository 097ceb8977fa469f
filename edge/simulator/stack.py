"""The part of `stack.json` that a fleet needs: the broker and the devices with their certificates."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from edge.simulator.profiles import PROFILES


class StackError(Exception):
    """`stack.json` cannot be used; the message says what to do."""


class Endpoint(BaseModel):
    model_config = ConfigDict(frozen=True)

    host: str
    port: int = Field(ge=1, le=65535)
    ca_file: Path


class StackDevice(BaseModel):
    model_config = ConfigDict(frozen=True)

    tenant_id: str
    device_id: str
    client_id: str
    certificate_file: Path
    key_file: Path
    site_id: str | None = None
    profile: str

    @field_validator("profile")
    @classmethod
    def _is_known(cls, profile: str) -> str:
        if profile not in PROFILES:
            raise ValueError(f"unknown profile {profile!r}, known are {', '.join(PROFILES)}")
        return profile


class Stack(BaseModel):
    model_config = ConfigDict(frozen=True)

    mqtt: Endpoint
    devices: list[StackDevice] = Field(min_length=1)


class _Api(BaseModel):
    api_url: str


def read_api_url(path: Path) -> str:
    """Where the stack's HTTP API is. Raises StackError if the file is missing or does not say it."""
    return _read(_Api, path).api_url


def read_stack(path: Path) -> Stack:
    """Raises StackError if the file is missing, not as expected, or names certificates that are missing."""
    stack = _read(Stack, path)
    files = [stack.mqtt.ca_file]
    files += [file for device in stack.devices for file in (device.certificate_file, device.key_file)]
    missing = [file for file in files if not file.is_file()]
    if missing:
        raise StackError(f"{path} names {missing[0]}, which is missing. Run `make up` to issue it anew.")
    return stack


def _read[M: BaseModel](model: type[M], path: Path) -> M:
    try:
        return model.model_validate_json(path.read_bytes())
    except OSError as error:
        raise StackError(f"{path}: {error.strerror}. Run `make up` first, or name another --stack.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise StackError(f"{path}: {place}: {first['msg']}. Run `make up` to write it anew.") from error
