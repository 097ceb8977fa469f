"""The operator API in this process, on the scenario database: as operators call it, with what is noted of each call."""

import json
from typing import Any
from uuid import uuid4

from pulse.database import operator_session
from tests.routes import apis
from tests.unit.api.gateway import CALLER, make_context, make_event


class OperatorPlane:
    """The operator API as somebody of that role sees it."""

    def __init__(self, role: str = "operator-admin", **caller: str) -> None:
        self._caller = {**CALLER, "email": "operator@pulse.example", "roles": role, "tenant_id": "", **caller}
        self.request_id = ""

    def call(
        self, method: str, path: str, *, query: dict[str, str] | None = None, body: Any = None
    ) -> tuple[int, dict[str, Any], str]:
        """Status, document ({} if it is none) and text of the answer."""
        event = make_event(method, path, query=query, body=body, authorizer=self._caller)
        self.request_id = event["requestContext"]["requestId"] = str(uuid4())
        answer = apis()["operator_api"].handle(event, make_context())
        is_json = "json" in answer["headers"].get("Content-Type", "")
        return answer["statusCode"], json.loads(answer["body"]) if is_json else {}, answer["body"]

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """The document of a page that is there."""
        status, document, text = self.call("GET", f"/operator{path}", query=query)
        assert status == 200, text
        return document

    def noted(self) -> list[str]:
        """The actions that are in the audit log of the last call."""
        with operator_session(user_id="test", reason="test") as connection:
            rows = connection.execute(
                "SELECT action FROM audit_log WHERE request_id = %s ORDER BY audit_id", (self.request_id,)
            ).fetchall()
        return [row["action"] for row in rows]
