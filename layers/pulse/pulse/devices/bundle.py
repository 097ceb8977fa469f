"""A credential as one file to download: key, certificate, authority, configuration, and examples that publish."""

import io
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson

from pulse.devices.handover import NewCredential

PUBLISH_PYTHON: Final = '''\
"""Publishes one reading. Needs paho-mqtt 2: pip install paho-mqtt"""
import json, os, sys
from paho.mqtt.client import CallbackAPIVersion, Client
os.chdir(os.path.dirname(os.path.abspath(__file__)))
config = json.load(open("config.json"))
client = Client(CallbackAPIVersion.VERSION2, client_id=config["client_id"])
client.tls_set(config["certificate_authority_file"], config["certificate_file"], config["private_key_file"])
client.connect(config["host"], config["port"])
client.loop_start()
message = client.publish(config["telemetry_topic"], json.dumps({"metrics": {"temp_c": 21.5}}), qos=1)
message.wait_for_publish(10)
client.disconnect()
print("published") if message.is_published() else sys.exit("not published: the broker does not take it")
'''
_PUBLISH_SHELL: Final = """\
#!/bin/sh
# Publishes one reading. Needs mosquitto_pub, from the package mosquitto-clients.
cd "$(dirname "$0")" || exit 1
mosquitto_pub -h '{host}' -p {port} -i '{client_id}' \\
  --cafile ca.pem --cert device.pem --key device.key -q 1 \\
  -t '{telemetry_topic}' -m '{{"metrics": {{"temp_c": 21.5}}}}'
"""
_PRIVATE: Final = 0o600
_PLAIN: Final = 0o644
_PROGRAM: Final = 0o755


def bundle(tenant_id: str, device_id: str, new: NewCredential) -> bytes:
    """The archive for a certificate whose key was made here; its files are in a folder of the device's name."""
    assert new.mqtt is not None
    assert new.certificate_pem is not None
    assert new.private_key_pem is not None
    config = {
        "tenant_id": tenant_id,
        "device_id": device_id,
        "credential_id": new.credential_id,
        "expires_at": new.expires_at,
        **new.mqtt.model_dump(exclude={"certificate_authority_pem"}),
        "certificate_file": "device.pem",
        "private_key_file": "device.key",
        "certificate_authority_file": "ca.pem",
    }
    files = [
        ("device.key", new.private_key_pem, _PRIVATE),
        ("device.pem", new.certificate_pem, _PLAIN),
        ("ca.pem", new.mqtt.certificate_authority_pem, _PLAIN),
        ("config.json", orjson.dumps(config, option=orjson.OPT_INDENT_2).decode() + "\n", _PLAIN),
        ("publish.py", PUBLISH_PYTHON, _PLAIN),
        ("publish.sh", _PUBLISH_SHELL.format(**new.mqtt.model_dump()), _PROGRAM),
    ]
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text, mode in files:
            entry = ZipInfo(f"{device_id}/{name}", new.issued_at.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = mode << 16
            archive.writestr(entry, text)
    return out.getvalue()
