"""Seats of subscriptions: taken atomically, over MAIN and ADDONs, given back, moved."""

from uuid import UUID, uuid4

import pytest

from pulse.devices import lifecycle
from pulse.devices.bulk_import import import_devices
from pulse.devices.device_filter import DeviceFilter
from pulse.devices.queries import get_device
from pulse.devices.search import DeviceSort, list_devices
from pulse.devices.seats import NoSeatError, NoSubscriptionError, get_seats, set_device_limit
from pulse.errors import ConflictError, InvalidInputError, NotFoundError
from pulse.events import outbox
from pulse.identity.permissions import Role
from pulse.subscriptions import administration, moving, reading
from pulse.subscriptions.lifecycle import SubscriptionKind
from pulse.subscriptions.standing import forget_standings
from pulse.subscriptions.subscription import Subscription
from tests.builders import ORIGIN, Fleet, take_all
from tests.integration.ingest_process import processes
from tests.integration.subscribing import create_devices, operator, subscribe

PROCESSES = 4


@pytest.fixture(autouse=True)
def nothing_is_published(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fleet
    monkeypatch.setattr(outbox, "put_events", take_all)
    forget_standings()


def taken(fleet: Fleet, subscription: Subscription) -> tuple[int, int]:
    """What the subscription has counted, and how many devices there are in truth."""
    [row] = fleet.rows(
        "SELECT count(*) AS devices FROM devices WHERE subscription_id = %s AND lifecycle <> 'DECOMMISSIONED'",
        subscription.subscription_id,
    )
    return reading.get_subscription(fleet.tenant_id, subscription.subscription_id).devices, row["devices"]


@pytest.mark.timeout(180)
def test_of_forty_devices_created_at_once_twenty_get_the_twenty_seats(fleet: Fleet, scenario_database: str) -> None:
    main = subscribe(fleet.tenant_id, device_limit=15)
    subscribe(
        fleet.tenant_id,
        kind=SubscriptionKind.ADDON,
        name="More",
        device_limit=5,
        parent_subscription_id=main.subscription_id,
    )
    names = [f"freezer-{number}" for number in range(40)]
    with processes(PROCESSES, scenario_database) as pool:
        shares = [pool.submit(create_devices, fleet.tenant_id, names[share::PROCESSES]) for share in range(PROCESSES)]
        assert sum(share.result() for share in shares) == 20
    assert taken(fleet, main) == (20, 20)
    assert get_seats(fleet.tenant_id).free == 0


def test_an_addon_adds_its_seats_to_its_main(fleet: Fleet) -> None:
    main = subscribe(fleet.tenant_id, device_limit=1)
    assert create_devices(fleet.tenant_id, ["a", "b"]) == 1
    addon = subscribe(
        fleet.tenant_id,
        kind=SubscriptionKind.ADDON,
        name="More",
        device_limit=2,
        parent_subscription_id=main.subscription_id,
    )
    assert create_devices(fleet.tenant_id, ["b", "c", "d"]) == 2
    assert taken(fleet, main) == (3, 3)
    change = administration.SubscriptionChange(device_limit=3)
    administration.change_subscription(operator(), addon.subscription_id, change, if_match=None, origin=ORIGIN)
    assert create_devices(fleet.tenant_id, ["d", "e"]) == 1


def test_a_device_tells_whose_seat_it_has_and_is_listed_by_it(fleet: Fleet) -> None:
    main = subscribe(fleet.tenant_id, device_limit=1)
    fair = subscribe(fleet.tenant_id, kind=SubscriptionKind.TEMPORARY, name="Fair", device_limit=1)
    assert create_devices(fleet.tenant_id, ["a", "b"]) == 2

    def listed(subscription_id: UUID) -> list[str]:
        found = list_devices(
            fleet.tenant_id,
            DeviceFilter(),
            subscription_id=subscription_id,
            sort=DeviceSort.DEVICE_ID,
            descending=False,
            limit=10,
            after=None,
        )
        assert found.total == len(found.devices)
        return [device.device_id for device in found.devices]

    assert [get_device(fleet.tenant_id, name).subscription_id for name in "ab"] == [
        main.subscription_id,
        fair.subscription_id,
    ]
    assert (listed(main.subscription_id), listed(fair.subscription_id), listed(uuid4())) == (["a"], ["b"], [])


def test_a_tenant_with_subscriptions_has_their_seats_and_no_limit_of_its_own(fleet: Fleet) -> None:
    admin = operator(Role.OPERATOR_ADMIN)
    assert set_device_limit(admin, fleet.tenant_id, 3, origin=ORIGIN).device_limit == 3
    subscribe(fleet.tenant_id, device_limit=20)
    with pytest.raises(ConflictError, match="the tenant has subscriptions, whose seats count"):
        set_device_limit(admin, fleet.tenant_id, 5, origin=ORIGIN)
    assert get_seats(fleet.tenant_id).device_limit == 20


def test_a_decommissioned_device_gives_its_seat_back(fleet: Fleet) -> None:
    main = subscribe(fleet.tenant_id, device_limit=1)
    assert create_devices(fleet.tenant_id, ["a"]) == 1
    lifecycle.decommission_device(fleet.person(), "a", reason="sold", if_match=None, origin=ORIGIN)
    assert taken(fleet, main) == (0, 0)
    assert create_devices(fleet.tenant_id, ["b"]) == 1


def test_the_first_subscription_gives_seats_to_the_devices_that_are_there(fleet: Fleet) -> None:
    for name in ("a", "b", "c"):
        fleet.add_device(name)
    main = subscribe(fleet.tenant_id, device_limit=2)
    assert taken(fleet, main) == (3, 3)
    assert main.seats_free == 0
    assert create_devices(fleet.tenant_id, ["d"]) == 0


def test_seats_of_the_main_are_taken_before_those_of_a_project(fleet: Fleet) -> None:
    project = subscribe(fleet.tenant_id, kind=SubscriptionKind.TEMPORARY, name="Fair", device_limit=2)
    main = subscribe(fleet.tenant_id, device_limit=2)
    assert create_devices(fleet.tenant_id, ["a", "b", "c"]) == 3
    assert (taken(fleet, main), taken(fleet, project)) == ((2, 2), (1, 1))


def test_a_file_takes_the_seats_of_several_subscriptions(fleet: Fleet) -> None:
    main = subscribe(fleet.tenant_id, device_limit=2)
    project = subscribe(fleet.tenant_id, kind=SubscriptionKind.TEMPORARY, name="Fair", device_limit=1)
    rows = "".join(f"freezer-{number},hall-a,freezer\n" for number in range(4))
    report = import_devices(fleet.person(), f"device_id,site_id,device_type\n{rows}", dry_run=False, origin=ORIGIN)
    assert (report.created, report.failed) == (3, 1)
    assert (taken(fleet, main), taken(fleet, project)) == ((2, 2), (1, 1))


def test_without_a_subscription_in_force_no_device_is_added(fleet: Fleet) -> None:
    main = subscribe(fleet.tenant_id)
    administration.suspend_subscription(operator(), main.subscription_id, reason="unpaid", if_match=None, origin=ORIGIN)
    with pytest.raises(NoSubscriptionError):
        fleet.add_device()


def test_a_tenant_without_a_subscription_has_the_plain_limit(fleet: Fleet) -> None:
    fleet.rows("INSERT INTO device_seats (tenant_id, device_limit) VALUES (%s, 1) RETURNING taken", fleet.tenant_id)
    assert create_devices(fleet.tenant_id, ["a", "b"]) == 1
    subscribe(fleet.tenant_id, device_limit=3)
    assert create_devices(fleet.tenant_id, ["b", "c", "d"]) == 2


def ids_of(fleet: Fleet, subscription: Subscription) -> list[str]:
    page = reading.list_devices_of_subscription(fleet.tenant_id, subscription.subscription_id, limit=10, after=None)
    return page.device_ids


def test_devices_move_with_their_seats(fleet: Fleet) -> None:
    main = subscribe(fleet.tenant_id, device_limit=3)
    create_devices(fleet.tenant_id, ["a", "b", "c"])
    project = subscribe(fleet.tenant_id, kind=SubscriptionKind.TEMPORARY, name="Fair", device_limit=2)
    moving.move_devices(fleet.person(), project.subscription_id, ["a", "b", "a"], origin=ORIGIN)
    assert (ids_of(fleet, main), ids_of(fleet, project)) == (["c"], ["a", "b"])
    assert (taken(fleet, main), taken(fleet, project)) == ((1, 1), (2, 2))
    [entry] = [
        event
        for event in reading.list_history(
            fleet.tenant_id, subscription_id=project.subscription_id, limit=10, after=None
        ).events
        if event.event == "devices_moved"
    ]
    assert entry.detail == {"device_ids": ["a", "b"], "from": {str(main.subscription_id): 2}}


def test_of_a_move_all_devices_go_or_none(fleet: Fleet) -> None:
    main = subscribe(fleet.tenant_id, device_limit=3)
    create_devices(fleet.tenant_id, ["a", "b"])
    project = subscribe(fleet.tenant_id, kind=SubscriptionKind.TEMPORARY, name="Fair", device_limit=1)
    admin = fleet.person()
    with pytest.raises(NoSeatError):
        moving.move_devices(admin, project.subscription_id, ["a", "b"], origin=ORIGIN)
    with pytest.raises(NotFoundError):
        moving.move_devices(admin, project.subscription_id, ["a", "nobody"], origin=ORIGIN)
    assert (taken(fleet, main), taken(fleet, project)) == ((2, 2), (0, 0))


def test_an_operator_moves_devices_of_the_subscriptions_tenant_alone(fleet: Fleet) -> None:
    subscribe(fleet.tenant_id)
    create_devices(fleet.tenant_id, ["shared-name"])
    theirs = Fleet()
    target: UUID = subscribe(theirs.tenant_id).subscription_id
    with pytest.raises(NotFoundError):
        moving.move_devices_of_any(operator(), target, ["shared-name"], origin=ORIGIN)


def test_devices_are_the_mains_and_not_its_addons(fleet: Fleet) -> None:
    main = subscribe(fleet.tenant_id)
    addon = subscribe(
        fleet.tenant_id, kind=SubscriptionKind.ADDON, name="More", parent_subscription_id=main.subscription_id
    )
    create_devices(fleet.tenant_id, ["a"])
    with pytest.raises(InvalidInputError):
        moving.move_devices(fleet.person(), addon.subscription_id, ["a"], origin=ORIGIN)
