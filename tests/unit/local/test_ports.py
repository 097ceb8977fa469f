"""Who holds a port, and what a person is told about it."""

import os
import socket
from collections.abc import Iterator

import pytest

from local.errors import LocalError
from local.ports import Holder, find_holder, is_open, require_free, taken_message


@pytest.fixture
def held_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_the_message_names_the_holder_and_the_way_out() -> None:
    message = taken_message(4566, "the AWS emulator", "PULSE_EMULATOR_PORT", Holder(17, "/usr/bin/other --serve"))
    assert message == (
        "Port 4566, needed for the AWS emulator, is held by process 17 (/usr/bin/other --serve). "
        "End it, or choose another: PULSE_EMULATOR_PORT=… make up"
    )


def test_the_message_admits_not_to_know_the_holder() -> None:
    message = taken_message(4566, "MQTT", "PULSE_MQTT_PORT", Holder(None, ""))
    assert "held by a process of another user" in message


def test_a_listener_is_found_with_its_process(held_port: int) -> None:
    holder = find_holder(held_port)
    assert holder is not None
    assert holder.pid == os.getpid()
    assert is_open(held_port)
    with pytest.raises(LocalError, match=f"Port {held_port}"):
        require_free(held_port, "a test", "PULSE_TEST_PORT")


def test_a_free_port_has_no_holder() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))  # bound and not listening
        port = reserved.getsockname()[1]
        assert find_holder(port) is None
        assert not is_open(port)
        require_free(port, "a test", "PULSE_TEST_PORT")
