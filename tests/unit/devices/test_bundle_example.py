"""The Python example of a bundle says what became of its message, to people and to programs."""

import subprocess
import sys
from pathlib import Path

import pytest

from pulse.devices.bundle import PUBLISH_PYTHON

# The client of the example with a broker that takes the message, or does not.
CLIENT = """
class CallbackAPIVersion:
    VERSION2 = 2
class Client:
    def __init__(self, *_, **__): pass
    tls_set = connect = loop_start = disconnect = __init__
    def publish(self, *_, **__): return self
    def wait_for_publish(self, _): pass
    def is_published(self): return {taken}
"""
CONFIG = """{"client_id": "acme:freezer-1", "host": "localhost", "port": 8883, "telemetry_topic": "t",
"certificate_authority_file": "ca.pem", "certificate_file": "device.pem", "private_key_file": "device.key"}"""


@pytest.mark.parametrize(
    ("taken", "code", "said", "complained"),
    [(True, 0, "published\n", ""), (False, 1, "", "not published: the broker does not take it\n")],
)
def test_the_example_fails_unless_its_message_was_taken(
    tmp_path: Path, *, taken: bool, code: int, said: str, complained: str
) -> None:
    for package in ("paho", "paho/mqtt"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "paho/mqtt/client.py").write_text(CLIENT.replace("{taken}", str(taken)))
    (tmp_path / "config.json").write_text(CONFIG)
    example = tmp_path / "publish.py"
    example.write_text(PUBLISH_PYTHON)
    run = subprocess.run([sys.executable, str(example)], check=False, timeout=60, capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (code, said, complained)
