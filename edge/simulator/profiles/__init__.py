"""The kinds of device that the fleet knows, by the name that `stack.json` calls them.

A new kind is a module here and a line in PROFILES.
"""

from collections.abc import Mapping
from types import MappingProxyType

from edge.simulator.profiles.cold_storage import ColdStorage
from edge.simulator.profiles.freezer_truck import FreezerTruck
from edge.simulator.profiles.gps_tracker import GpsTracker
from edge.simulator.profiles.power_meter import PowerMeter
from edge.simulator.profiles.profile import IncidentThreshold, Metrics, Operator, Profile
from edge.simulator.profiles.pump import Pump
from edge.simulator.profiles.server_room import ServerRoom
from edge.simulator.profiles.weather_station import WeatherStation

PROFILES: Mapping[str, type[Profile]] = MappingProxyType(
    {
        "cold_storage": ColdStorage,
        "freezer_truck": FreezerTruck,
        "weather_station": WeatherStation,
        "pump": Pump,
        "power_meter": PowerMeter,
        "server_room": ServerRoom,
        "gps_tracker": GpsTracker,
    }
)

INCIDENT_THRESHOLDS: Mapping[str, IncidentThreshold] = MappingProxyType(
    {name: profile.incident_threshold for name, profile in PROFILES.items()}
)

__all__ = ["INCIDENT_THRESHOLDS", "PROFILES", "IncidentThreshold", "Metrics", "Operator", "Profile"]
