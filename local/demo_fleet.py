"""The demo's content: two tenants, their sites, 25 devices, their people and their rules.

A device's profile, by which the simulator gives it a character, is its device type too.
"""

from dataclasses import dataclass

from edge.simulator.profiles import INCIDENT_THRESHOLDS
from pulse.alerts.rules.alert_rule import Scope
from pulse.alerts.rules.criteria import Condition, Operator, Threshold
from pulse.alerts.rules.definition import RuleDefinition
from pulse.alerts.severity import Severity
from pulse.devices.registration import DeviceRegistration, DeviceType, Site
from pulse.identity.permissions import Role

# Devices report every few seconds. A silence shows after one minute, and counts as an outage after two and a half.
_EXPECTED_INTERVAL_SECONDS = 30


@dataclass(frozen=True, slots=True)
class DemoTenant:
    """A customer with a fleet."""

    tenant_id: str
    name: str
    timezone: str
    sites: tuple[Site, ...]
    devices: tuple[DeviceRegistration, ...]

    @property
    def device_types(self) -> tuple[DeviceType, ...]:
        """The types among the devices."""
        names = dict.fromkeys(device.device_type for device in self.devices)
        return tuple(
            DeviceType(device_type=name, expected_interval_seconds=_EXPECTED_INTERVAL_SECONDS) for name in names
        )


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Someone who signs in; operators belong to no tenant."""

    email: str
    role: Role
    tenant_id: str | None


def _site(site_id: str, name: str, address: str, latitude: float, longitude: float, timezone: str) -> Site:
    return Site(site_id=site_id, name=name, address=address, latitude=latitude, longitude=longitude, timezone=timezone)


def _device(device_id: str, site_id: str, profile: str, name: str, model: str, **tags: str) -> DeviceRegistration:
    manufacturer, _, model = model.partition(" ")
    return DeviceRegistration(
        device_id=device_id,
        site_id=site_id,
        device_type=profile,
        name=name,
        manufacturer=manufacturer,
        model=model,
        tags=tags,
    )


ACME = DemoTenant(
    tenant_id="acme-cold-chain",
    name="Acme Cold Chain",
    timezone="Europe/Amsterdam",
    sites=(
        _site(
            "rotterdam-dc", "Rotterdam distribution centre", "Reeweg 25, Rotterdam", 51.889, 4.42, "Europe/Amsterdam"
        ),
        _site("lyon-hub", "Lyon hub", "14 Rue du Vercors, Lyon", 45.727, 4.83, "Europe/Paris"),
        _site("hamburg-depot", "Hamburg depot", "Billstraße 80, Hamburg", 53.541, 10.04, "Europe/Berlin"),
    ),
    devices=(
        _device("rtm-cold-01", "rotterdam-dc", "cold_storage", "Dairy room 1", "Frigus CS-200", zone="dairy"),
        _device("rtm-cold-02", "rotterdam-dc", "cold_storage", "Dairy room 2", "Frigus CS-200", zone="dairy"),
        _device("rtm-cold-03", "rotterdam-dc", "cold_storage", "Pharmacy room", "Frigus CS-400", zone="pharma"),
        _device("rtm-power-01", "rotterdam-dc", "power_meter", "Main feed", "Voltron PM-3", feed="main"),
        _device("rtm-server-01", "rotterdam-dc", "server_room", "Control room", "Enviro SR-1"),
        _device("lyo-cold-01", "lyon-hub", "cold_storage", "Produce room", "Frigus CS-200", zone="produce"),
        _device("lyo-cold-02", "lyon-hub", "cold_storage", "Cheese room", "Frigus CS-200", zone="dairy"),
        _device("lyo-power-01", "lyon-hub", "power_meter", "Main feed", "Voltron PM-3", feed="main"),
        _device("ham-truck-01", "hamburg-depot", "freezer_truck", "Truck HH-AC 101", "Polar T-9", route="north"),
        _device("ham-truck-02", "hamburg-depot", "freezer_truck", "Truck HH-AC 102", "Polar T-9", route="north"),
        _device("ham-truck-03", "hamburg-depot", "freezer_truck", "Truck HH-AC 103", "Polar T-9", route="east"),
        _device("ham-track-01", "hamburg-depot", "gps_tracker", "Van HH-AC 201", "Geomar G2", route="city"),
        _device("ham-track-02", "hamburg-depot", "gps_tracker", "Van HH-AC 202", "Geomar G2", route="city"),
    ),
)

NORTHWIND = DemoTenant(
    tenant_id="northwind-energy",
    name="Northwind Energy",
    timezone="Europe/Copenhagen",
    sites=(
        _site("aarhus-waterworks", "Aarhus waterworks", "Bautavej 1, Aarhus", 56.172, 10.15, "Europe/Copenhagen"),
        _site("skagen-park", "Skagen wind park", "Fyrvej 36, Skagen", 57.735, 10.63, "Europe/Copenhagen"),
        _site("odense-works", "Odense works", "Havnegade 120, Odense", 55.424, 10.39, "Europe/Copenhagen"),
    ),
    devices=(
        _device("aar-pump-01", "aarhus-waterworks", "pump", "Intake pump 1", "Hydra P-55", line="intake"),
        _device("aar-pump-02", "aarhus-waterworks", "pump", "Intake pump 2", "Hydra P-55", line="intake"),
        _device("aar-pump-03", "aarhus-waterworks", "pump", "Booster pump", "Hydra P-80", line="booster"),
        _device("aar-power-01", "aarhus-waterworks", "power_meter", "Pump hall feed", "Voltron PM-3"),
        _device("skg-weather-01", "skagen-park", "weather_station", "Mast north", "Aeolus W-4", mast="north"),
        _device("skg-weather-02", "skagen-park", "weather_station", "Mast south", "Aeolus W-4", mast="south"),
        _device("skg-server-01", "skagen-park", "server_room", "Substation control", "Enviro SR-1"),
        _device("skg-power-01", "skagen-park", "power_meter", "Substation feed", "Voltron PM-5"),
        _device("ode-pump-01", "odense-works", "pump", "Cooling pump 1", "Hydra P-55", line="cooling"),
        _device("ode-pump-02", "odense-works", "pump", "Cooling pump 2", "Hydra P-55", line="cooling"),
        _device("ode-power-01", "odense-works", "power_meter", "Workshop feed", "Voltron PM-3"),
        _device("ode-track-01", "odense-works", "gps_tracker", "Service van 1", "Geomar G2", crew="a"),
    ),
)

TENANTS = (ACME, NORTHWIND)

USERS = (
    *(
        DemoUser(f"{name}@{tenant.tenant_id}.example", role, tenant.tenant_id)
        for tenant in TENANTS
        for name, role in (("admin", Role.TENANT_ADMIN), ("customer", Role.CUSTOMER), ("viewer", Role.VIEWER))
    ),
    DemoUser("operator@pulse.example", Role.OPERATOR, None),
    DemoUser("operator-admin@pulse.example", Role.OPERATOR_ADMIN, None),
)


def rules_of(tenant: DemoTenant) -> tuple[RuleDefinition, ...]:
    """A rule for each kind of device that the tenant has, at the line that the simulated incidents cross."""
    return tuple(
        RuleDefinition(
            name=line.title,
            criterion=Threshold(
                kind="threshold",
                conditions=(
                    Condition(metric=line.metric, operator=Operator(line.operator.value), threshold=line.threshold),
                ),
            ),
            severity=Severity(line.severity),
            scope=Scope(device_types=(device_type.device_type,)),
        )
        for device_type in tenant.device_types
        for line in (INCIDENT_THRESHOLDS[device_type.device_type],)
    )
