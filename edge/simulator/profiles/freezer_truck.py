"""A truck with frozen goods at about -20 °C; it stops to unload. Incident: the cooling unit fails."""

from datetime import datetime
from random import Random

from edge.simulator.profiles.journey import Journey
from edge.simulator.profiles.profile import IncidentThreshold, Metrics, Operator, Profile
from edge.simulator.profiles.signals import Wander, approach, blend, daily_cycle


class FreezerTruck(Profile):
    incident_threshold = IncidentThreshold(
        title="Frozen goods are thawing",
        metric="temp_c",
        operator=Operator.GT,
        threshold=-12.0,
        severity="CRITICAL",
    )

    def __init__(self, random: Random) -> None:
        self._journey = Journey(random)
        self._set_point_c = random.uniform(-21.0, -19.0)
        self._failed_c = random.uniform(-9.5, -7.0)
        self._warmth_c = 0.0
        self._cooling = Wander(random, spread=0.4, settle_seconds=120)
        self._battery_v = 14.1
        self._battery_noise = Wander(random, spread=0.03, settle_seconds=20)

    def read(self, now: datetime, *, elapsed_seconds: float, incident: float) -> Metrics:
        motion = self._journey.advance(elapsed_seconds)
        door_open = motion.is_standing
        self._warmth_c = approach(
            self._warmth_c,
            2.0 if door_open else 0.0,
            elapsed_seconds=elapsed_seconds,
            settle_seconds=90 if door_open else 180,
        )
        # The alternator charges on the road; at a stop the cooling unit lives on the battery.
        self._battery_v = approach(
            self._battery_v,
            12.5 if motion.is_standing else 14.1,
            elapsed_seconds=elapsed_seconds,
            settle_seconds=60,
        )
        usual_c = (
            self._set_point_c
            + 0.5 * daily_cycle(now, peak_hour=15)
            + self._warmth_c
            + self._cooling.advance(elapsed_seconds)
        )
        return {
            "temp_c": round(blend(usual_c, self._failed_c, incident), 2),
            "door_open": door_open,
            "latitude": motion.latitude,
            "longitude": motion.longitude,
            "speed_kmh": motion.speed_kmh,
            "battery_v": round(self._battery_v + self._battery_noise.advance(elapsed_seconds), 2),
        }
