"""A weather station: warm and dry afternoons, slow pressure. Incident: a gale passes through."""

from datetime import datetime
from random import Random

from edge.simulator.profiles.profile import IncidentThreshold, Metrics, Operator, Profile
from edge.simulator.profiles.signals import Wander, blend, clamp, daily_cycle


class WeatherStation(Profile):
    incident_threshold = IncidentThreshold(
        title="Gale", metric="wind_ms", operator=Operator.GT, threshold=17.0, severity="MEDIUM"
    )

    def __init__(self, random: Random) -> None:
        self._mean_c = random.uniform(9.0, 16.0)
        self._gale_ms = random.uniform(20.0, 25.0)
        self._air_mass_c = Wander(random, spread=1.2, settle_seconds=3600)
        self._moisture = Wander(random, spread=4.0, settle_seconds=1800)
        self._pressure_hpa = Wander(random, spread=5.0, settle_seconds=21600)
        self._breeze_ms = Wander(random, spread=1.2, settle_seconds=90)

    def read(self, now: datetime, *, elapsed_seconds: float, incident: float) -> Metrics:
        afternoon = daily_cycle(now, peak_hour=15)
        warmer_c = 6.0 * afternoon + self._air_mass_c.advance(elapsed_seconds)
        humidity = 68 - 2.0 * warmer_c + self._moisture.advance(elapsed_seconds)
        wind_ms = max(0.0, 4.0 + 1.5 * afternoon + self._breeze_ms.advance(elapsed_seconds))
        return {
            "temp_c": round(self._mean_c + warmer_c, 1),
            "humidity_percent": round(clamp(humidity, 15, 100), 1),
            "pressure_hpa": round(1013.0 + self._pressure_hpa.advance(elapsed_seconds) - 3.0 * incident, 1),
            "wind_ms": round(blend(wind_ms, self._gale_ms, incident), 1),
        }
