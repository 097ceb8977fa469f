"""A water pump that runs most of the time and rests between. Incident: a bearing shakes."""

from datetime import datetime
from random import Random

from edge.simulator.profiles.profile import IncidentThreshold, Metrics, Operator, Profile
from edge.simulator.profiles.signals import Alternation, Wander, approach, blend, daily_cycle


class Pump(Profile):
    incident_threshold = IncidentThreshold(
        title="Pump vibrates dangerously",
        metric="vibration_mm_s",
        operator=Operator.GT,
        threshold=7.1,  # ISO 10816-1, class III: from here on a machine takes damage
        severity="HIGH",
    )

    def __init__(self, random: Random) -> None:
        self._running = Alternation(random, on_seconds=(900, 1800), off_seconds=(120, 300), on=True)
        self._usual_mm_s = random.uniform(1.8, 3.0)
        self._shaking_mm_s = random.uniform(9.0, 12.0)
        self._usual_bar = random.uniform(4.5, 6.0)
        self._usual_l_min = random.uniform(300.0, 420.0)
        self._vibration = Wander(random, spread=0.25, settle_seconds=20)
        self._demand = Wander(random, spread=0.04, settle_seconds=180)
        self._motor_temp_c = 58.0

    def read(self, now: datetime, *, elapsed_seconds: float, incident: float) -> Metrics:
        # The pump does not rest while it shakes: a bearing at rest is quiet.
        running = self._running.advance(elapsed_seconds) or incident > 0
        vibration = self._vibration.advance(elapsed_seconds)
        demand = 1.0 + self._demand.advance(elapsed_seconds)
        ambient_c = 20.0 + 3.0 * daily_cycle(now, peak_hour=15)
        self._motor_temp_c = approach(
            self._motor_temp_c,
            ambient_c + (40.0 * demand if running else 0.0),
            elapsed_seconds=elapsed_seconds,
            settle_seconds=600,
        )
        usual_mm_s = self._usual_mm_s + vibration if running else 0.1
        return {
            "vibration_mm_s": round(blend(usual_mm_s, self._shaking_mm_s, incident), 2),
            # More flow, less head: the pump's own curve.
            "pressure_bar": round(self._usual_bar * (2.0 - demand), 2) if running else 0.0,
            "flow_l_min": round(self._usual_l_min * demand * (1.0 - 0.2 * incident), 1) if running else 0.0,
            "motor_temp_c": round(self._motor_temp_c, 1),
            "running": running,
        }
