"""The customer API as somebody who handles a fleet's alerts, in this process on the scenario database."""

import json
from typing import Any

from pulse.alerts.lifecycle import open_alerts
from pulse.database import ingest_session
from pulse.identity.permissions import Role
from pulse.telemetry.ingest import ingest
from tests.builders import Fleet
from tests.integration.alert_process import make_opening
from tests.routes import apis
from tests.unit.api.gateway import CALLER, make_context, make_event


class Inbox:
    """The alerts of a fleet, and what a person does with them."""

    def __init__(self, fleet: Fleet, role: Role = Role.TENANT_ADMIN) -> None:
        self.fleet = fleet
        self._caller = {**CALLER, "roles": role.value, "tenant_id": fleet.tenant_id}

    def call(self, method: str, path: str, **more: Any) -> tuple[int, dict[str, Any]]:
        """Status and document of the answer."""
        event = make_event(method, path, authorizer=self._caller, **more)
        answer = apis()["customer_api"].handle(event, make_context())
        return answer["statusCode"], json.loads(answer["body"]) if answer["body"] else {}

    def post(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """Do something below /customer/alerts."""
        return self.call("POST", f"/customer/alerts{path}", body=body)

    def get(self, path: str = "", **query: str) -> dict[str, Any]:
        """Read something below /customer/alerts."""
        status, document = self.call("GET", f"/customer/alerts{path}", query=query)
        assert status == 200, document
        return document

    def story(self, alert_id: str) -> list[str]:
        """The events of an alert's timeline."""
        return [entry["event"] for entry in self.get(f"/{alert_id}")["timeline"]]

    def opened(self, *device_ids: str) -> list[str]:
        """Live alerts of new devices that breach a rule, in the order of their names."""
        for device_id in device_ids:
            self.fleet.add_device(device_id)
        ingest([self.fleet.message({"metrics": {"temp_c": 9}}, device_id=device_id) for device_id in device_ids])
        rows = self.fleet.rows("SELECT alert_id FROM alerts WHERE type = 'THRESHOLD' ORDER BY device_id")
        return [str(row["alert_id"]) for row in rows]

    def open(self, device_id: str, **changes: Any) -> str:
        """An alert of any kind, made up."""
        opening = make_opening(self.fleet.tenant_id, f"TEST:{device_id}", device_id=device_id, **changes)
        with ingest_session() as connection:
            open_alerts(connection, [opening])
        rows = self.fleet.rows(
            "SELECT alert_id FROM alerts WHERE fingerprint = %s AND status <> 'CLOSED'", opening.fingerprint
        )
        return str(rows[0]["alert_id"])
