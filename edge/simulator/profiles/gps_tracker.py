"""A tracker on a vehicle, charged on the road. Incident: a search for coverage pulls its battery down."""

from datetime import datetime
from random import Random

from edge.simulator.profiles.journey import Journey
from edge.simulator.profiles.profile import IncidentThreshold, Metrics, Operator, Profile
from edge.simulator.profiles.signals import Wander, approach, blend


class GpsTracker(Profile):
    incident_threshold = IncidentThreshold(
        title="Tracker battery low", metric="battery_v", operator=Operator.LT, threshold=3.5, severity="LOW"
    )

    def __init__(self, random: Random) -> None:
        self._journey = Journey(random)
        self._battery_v = random.uniform(3.9, 4.1)
        self._sagging_v = random.uniform(3.2, 3.35)
        self._noise_v = Wander(random, spread=0.01, settle_seconds=20)

    def read(self, now: datetime, *, elapsed_seconds: float, incident: float) -> Metrics:  # noqa: ARG002
        motion = self._journey.advance(elapsed_seconds)
        self._battery_v = approach(
            self._battery_v,
            3.75 if motion.is_standing else 4.15,
            elapsed_seconds=elapsed_seconds,
            settle_seconds=1800,
        )
        usual_v = self._battery_v + self._noise_v.advance(elapsed_seconds)
        return {
            "latitude": motion.latitude,
            "longitude": motion.longitude,
            "speed_kmh": motion.speed_kmh,
            "battery_v": round(blend(usual_v, self._sagging_v, incident), 2),
        }
