"""The meter of a workshop, busiest at midday. Incident: a load peak above the contracted power."""

from datetime import datetime
from random import Random

from edge.simulator.profiles.profile import IncidentThreshold, Metrics, Operator, Profile
from edge.simulator.profiles.signals import Wander, blend, daily_cycle


class PowerMeter(Profile):
    incident_threshold = IncidentThreshold(
        title="Power above contract",
        metric="power_kw",
        operator=Operator.GT,
        threshold=80.0,
        severity="MEDIUM",
    )

    def __init__(self, random: Random) -> None:
        self._base_kw = random.uniform(26.0, 34.0)
        self._peak_kw = random.uniform(90.0, 105.0)
        self._machines_kw = Wander(random, spread=2.5, settle_seconds=60)
        self._grid_v = Wander(random, spread=1.0, settle_seconds=120)
        self._energy_kwh = random.uniform(10_000.0, 250_000.0)

    def read(self, now: datetime, *, elapsed_seconds: float, incident: float) -> Metrics:
        usual_kw = self._base_kw + 12.0 * daily_cycle(now, peak_hour=12) + self._machines_kw.advance(elapsed_seconds)
        power_kw = round(blend(usual_kw, self._peak_kw, incident), 2)
        voltage_v = round(402.0 - 0.06 * power_kw + self._grid_v.advance(elapsed_seconds), 1)
        self._energy_kwh += power_kw * elapsed_seconds / 3600
        return {
            "power_kw": power_kw,
            "voltage_v": voltage_v,
            "current_a": round(power_kw * 1000 / voltage_v, 1),
            "energy_kwh": round(self._energy_kwh, 3),
        }
