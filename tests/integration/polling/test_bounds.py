"""What holds targets back: how many there may be, one poll at a time, and the addon that says what is asked."""

from datetime import timedelta
from typing import Any

import pytest

from pulse import clock
from pulse.devices.shadow_store import load_shadow
from pulse.errors import ConflictError, TooManyRequestsError
from pulse.inbound import managing_addons
from pulse.inbound.built_in import built_in_addons
from pulse.polling.assignment import read_target, target_shadow
from pulse.polling.questions import HttpQuestions
from pulse.targets import managing
from pulse.targets.assigning import write_assignments
from pulse.targets.trials import try_target
from tests.builders import ORIGIN
from tests.integration.inbound import enable
from tests.integration.polling.turns import PATIENCE, Turns

ACCESS = {"kind": "http", "authentication": "digest", "username": "pulse", "password": "secret"}


def test_a_tenant_has_so_many_targets_and_no_more(turns: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(managing, "MOST_TARGETS", 2)
    gateway = turns.fleet.add_device("gateway-1")
    for name in ("one", "two"):
        turns.add("axis_camera", ACCESS, name=name, gateway_device_id=gateway)
    with pytest.raises(ConflictError, match="there are 2 targets already"):
        turns.add("axis_camera", ACCESS, name="three", gateway_device_id=gateway)


def test_nobody_asks_a_target_that_is_just_being_asked(turns: Turns) -> None:
    target = turns.add("axis_camera", {**ACCESS, "port": 1})
    busy = clock.now() + timedelta(minutes=1)
    turns.fleet.rows(
        "UPDATE poll_targets SET busy_until = %s WHERE target_id = %s RETURNING target_id", busy, target.target_id
    )
    with pytest.raises(TooManyRequestsError) as refused:
        try_target(turns.fleet.person(), target.target_id, origin=ORIGIN)
    assert refused.value.retry_after_seconds == 5
    turns.run(target)
    assert turns.read(target).last_polled_at is None


def test_what_an_addon_asks_from_now_on_reaches_the_gateways(turns: Turns) -> None:
    camera = built_in_addons()["axis_camera"].model_dump(mode="json", exclude_unset=True)
    own: dict[str, Any] = {**camera, "id": "own_camera"}
    admin = turns.fleet.person()
    managing_addons.upload_addon(admin, own, origin=ORIGIN)
    enable(turns.fleet, "own_camera")
    gateway = turns.fleet.add_device("gateway-1")
    target = turns.add("own_camera", ACCESS, gateway_device_id=gateway)

    def asked() -> list[str]:
        while write_assignments(clock.now(), budget=PATIENCE):
            continue
        shadow = load_shadow(turns.fleet.tenant_id, gateway, name=target_shadow(target.target_id))
        questions = read_target(shadow.desired).questions
        assert isinstance(questions, HttpQuestions)
        return [request.path for request in questions.requests]

    paths = [request["path"] for request in own["method"]["requests"]]
    assert asked() == paths
    first, *others = own["method"]["requests"]
    method = {**own["method"], "requests": [{**first, "path": "/another"}, *others]}
    managing_addons.upload_addon(admin, {**own, "version": "9.0.0", "method": method}, origin=ORIGIN)
    assert asked() == ["/another", *paths[1:]]
