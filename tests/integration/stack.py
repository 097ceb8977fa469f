"""The deployed stack as people and devices meet it: tokens, HTTP, MQTT."""

import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, Self

import boto3
import httpx
import orjson
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

# What goes astray on a busy machine is made good by the minute sweeps, and by what they repeat after another minute.
PATIENCE_SECONDS: Final = 150


class Stack:
    """What `stack.json` says, with the calls that tests make."""

    def __init__(self, description: dict[str, Any]) -> None:
        self.description = description
        self.outputs: dict[str, str] = description["stack_outputs"]
        self.database_url: str = description["database_url"]
        self.devices: list[dict[str, Any]] = description["devices"]
        self._tokens: dict[str, str] = {}
        self._clients: list[httpx.Client] = []

    def close(self) -> None:
        """Close the connections that were opened with `api_with`."""
        for client in self._clients:
            client.close()

    def user(self, role: str, tenant_id: str) -> dict[str, str]:
        """A demo user of that role in that tenant."""
        return next(
            user for user in self.description["users"] if user["role"] == role and user["tenant_id"] == tenant_id
        )

    @property
    def tenant_ids(self) -> list[str]:
        """The demo tenants."""
        return list(dict.fromkeys(user["tenant_id"] for user in self.description["users"]))

    def token(self, user: dict[str, str]) -> str:
        """An access token, kept for the run."""
        if user["email"] not in self._tokens:
            answer = boto3.client("cognito-idp").admin_initiate_auth(
                UserPoolId=self.description["user_pool_id"],
                ClientId=self.description["client_id"],
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": user["email"], "PASSWORD": user["password"]},
            )
            self._tokens[user["email"]] = answer["AuthenticationResult"]["AccessToken"]
        return self._tokens[user["email"]]

    def api(self, role: str, tenant_id: str) -> httpx.Client:
        """An HTTP client with the token of a demo user."""
        token = self.token(self.user(role, tenant_id))
        return httpx.Client(
            base_url=self.description["api_url"], headers={"Authorization": f"Bearer {token}"}, timeout=90
        )

    def api_with(self, credential: str) -> httpx.Client:
        """An HTTP client with an access token or an API key; closed with the stack."""
        client = httpx.Client(
            base_url=self.description["api_url"], headers={"Authorization": f"Bearer {credential}"}, timeout=90
        )
        self._clients.append(client)
        return client

    def invoke(self, function: str, event: dict[str, Any] | None = None) -> Any:
        """Call a deployed function by its output's name; raise when it fails."""
        answer = boto3.client("lambda").invoke(FunctionName=self.outputs[function], Payload=orjson.dumps(event or {}))
        body = orjson.loads(answer["Payload"].read())
        assert answer.get("FunctionError") is None, body
        return body

    def sent_mail(self) -> list[dict[str, Any]]:
        """What Amazon SES has taken, oldest first."""
        answer = httpx.get(f"{boto3.client('sesv2').meta.endpoint_url}/_ministack/ses/messages", timeout=60)
        return [mail for mails in answer.json()["messages"].values() for mail in mails]

    def connect(self, device: dict[str, Any], **changes: str) -> "DeviceConnection":
        """Connect as a device with its own certificate; `client_id` may be another's."""
        return DeviceConnection(self.description["mqtt"], {**device, **changes})


class DeviceConnection:
    """One MQTT 5 connection over TLS with a client certificate."""

    def __init__(self, broker: dict[str, Any], device: dict[str, Any]) -> None:
        self.device = device
        self.connected_with: str | None = None
        self.acknowledgements: dict[int, str] = {}
        self.subscriptions: dict[int, str] = {}
        self.received: list[mqtt.MQTTMessage] = []
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=device["client_id"], protocol=mqtt.MQTTv5)
        context = ssl.create_default_context(cafile=broker["ca_file"])
        if device.get("certificate_file"):
            context.load_cert_chain(device["certificate_file"], device["key_file"])
        self._client.tls_set_context(context)
        self._client.connect_timeout = 60
        self._client.on_connect = self._on_connect
        self._client.on_publish = self._on_publish
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = lambda _client, _data, message: self.received.append(message)
        self._client.connect(broker["host"], broker["port"])
        self._client.loop_start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        # paho's thread, which ends by itself now, may do so between `loop_stop` seeing it and waiting for it.
        with suppress(AttributeError):
            self._client.loop_stop()

    @property
    def topic(self) -> str:
        """The device's own telemetry topic."""
        return f"devices/{self.device['tenant_id']}/{self.device['device_id']}/telemetry"

    def publish(self, payload: Any, *, topic: str | None = None) -> str:
        """Publish at least once and wait for the broker's answer: `Success`, or its reason."""
        data = payload if isinstance(payload, bytes) else orjson.dumps(payload)
        sent = self._client.publish(topic or self.topic, data, qos=1)
        return wait_for(lambda: self.acknowledgements.get(sent.mid), what="the broker's acknowledgement")

    def subscribe(self, topic: str) -> str:
        """Subscribe at least once and wait for the broker's answer: `Granted QoS 1`, or its reason."""
        _, message_id = self._client.subscribe(topic, qos=1)
        assert message_id is not None
        return wait_for(lambda: self.subscriptions.get(message_id), what="the broker's answer")

    def wait_connected(self) -> str:
        """The broker's answer to the connection."""
        return wait_for(lambda: self.connected_with, what="the broker's answer")

    def _on_connect(self, _client: object, _data: object, _flags: object, reason: object, _properties: object) -> None:
        self.connected_with = str(reason)

    def _on_subscribe(self, _client: object, _data: object, mid: int, reasons: Sequence[object], _: object) -> None:
        self.subscriptions[mid] = ", ".join(str(reason) for reason in reasons)

    def _on_publish(self, _client: object, _data: object, mid: int, reason: object, _properties: object) -> None:
        self.acknowledgements[mid] = str(reason)


def wait_for[T](look: Callable[[], T | None], *, what: str, seconds: float = PATIENCE_SECONDS) -> T:
    """Look until there is something true to see; fail naming what did not come."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        if seen := look():
            return seen
        time.sleep(0.1)
    message = f"{what} did not come within {seconds:g} s"
    raise AssertionError(message)
