"""A small server room, warmer under load. Incident: the cooling fails, sometimes because it leaks."""

from datetime import datetime
from random import Random

from edge.simulator.profiles.profile import IncidentThreshold, Metrics, Operator, Profile
from edge.simulator.profiles.signals import Wander, blend, clamp, daily_cycle


class ServerRoom(Profile):
    incident_threshold = IncidentThreshold(
        title="Server room overheats",
        metric="temp_c",
        operator=Operator.GT,
        threshold=27.0,  # the upper end of ASHRAE's recommended range
        severity="CRITICAL",
    )

    def __init__(self, random: Random) -> None:
        self._random = random
        self._usual_kw = random.uniform(9.0, 13.0)
        self._failed_c = random.uniform(30.0, 34.0)
        self._load_kw = Wander(random, spread=0.4, settle_seconds=120)
        self._cooling_c = Wander(random, spread=0.25, settle_seconds=180)
        self._moisture = Wander(random, spread=1.0, settle_seconds=600)
        self._in_incident = False
        self._leaking = False

    def read(self, now: datetime, *, elapsed_seconds: float, incident: float) -> Metrics:
        if incident > 0 and not self._in_incident:
            self._leaking = self._random.random() < 0.3
        self._in_incident = incident > 0
        busier_kw = 1.5 * daily_cycle(now, peak_hour=14) + self._load_kw.advance(elapsed_seconds)
        usual_c = 22.0 + 0.4 * busier_kw + self._cooling_c.advance(elapsed_seconds)
        humidity = 45 + self._moisture.advance(elapsed_seconds) - 6 * incident
        return {
            "temp_c": round(blend(usual_c, self._failed_c, incident), 2),
            "humidity_percent": round(clamp(humidity, 0, 100), 1),
            "power_kw": round(self._usual_kw + busier_kw, 2),
            "water_leak": self._leaking and incident > 0,
        }
