"""A target on the deployed stack: from the API to an alert of what was asked, and to its end."""

from typing import Any
from uuid import uuid4

import httpx

from tests.integration.polling.ssh_server import SshServer
from tests.integration.polling.targets import ssh_access
from tests.integration.stack import Stack, wait_for

PATIENCE = 150  # functions that start for the first time, one after the other
DOWN = "{:<22} 192.0.2.1       YES NVRAM  down                  down\r\n"
INTERFACES, PROCESSOR = "show ip interface brief", "show processes cpu | include CPU utilization"


def alerts_of(api: httpx.Client, target: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    listed = api.get("/customer/alerts", params={"status": "ALL", "type": kind, "limit": 200}).json()["items"]
    return [each for each in listed if each["details"].get("target", {}).get("target_id") == target["target_id"]]


def test_a_router_is_asked_by_the_cloud_and_its_end_ends_its_alerts(stack: Stack, shell: SshServer) -> None:
    shell.outputs.clear()
    shell.outputs.update({INTERFACES: DOWN.format("Gi0/1"), PROCESSOR: ""})
    with stack.api("tenant-admin", stack.tenant_ids[0]) as api:
        assert api.put("/customer/addons/cisco_ios_ssh", json={"enabled": True}).status_code == 200
        wish = {
            "name": f"router-{uuid4().hex[:8]}",
            "addon_id": "cisco_ios_ssh",
            "host": "127.0.0.1",
            "access": ssh_access(shell),
            "timeout_seconds": 25,
        }
        made = api.post("/customer/targets", json=wish)
        assert made.status_code == 201, made.text
        target = made.json()
        stack.invoke("PollTargetsFunction")
        wait_for(lambda: alerts_of(api, target, "INTERFACE_DOWN"), what="the alert", seconds=PATIENCE)
        shown = api.get(f"/customer/targets/{target['target_id']}").json()
        assert (shown["last_outcome"], shown["access"]["password"]) == ("ok", "***")
        tried = api.post(f"/customer/targets/{target['target_id']}/test").json()
        assert (tried["outcome"], len(tried["answers"])) == ("ok", 2)
        assert api.delete(f"/customer/targets/{target['target_id']}").status_code == 204
        assert [alert["status"] for alert in alerts_of(api, target, "INTERFACE_DOWN")] == ["CLOSED"]
