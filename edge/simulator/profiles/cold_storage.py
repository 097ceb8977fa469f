"""A chilled room that should stay between 2 and 8 °C. Incident: its door is left open."""

from datetime import datetime
from random import Random

from edge.simulator.profiles.profile import IncidentThreshold, Metrics, Operator, Profile
from edge.simulator.profiles.signals import Alternation, Wander, approach, blend, clamp, daily_cycle


class ColdStorage(Profile):
    incident_threshold = IncidentThreshold(
        title="Cold storage too warm", metric="temp_c", operator=Operator.GT, threshold=8.0, severity="HIGH"
    )

    def __init__(self, random: Random) -> None:
        self._set_point_c = random.uniform(3.0, 4.5)
        self._left_open_c = random.uniform(10.5, 13.0)
        self._door = Alternation(random, on_seconds=(10, 25), off_seconds=(120, 480), on=False)
        self._warmth_c = 0.0
        self._compressor = Wander(random, spread=0.3, settle_seconds=120)
        self._moisture = Wander(random, spread=1.5, settle_seconds=300)

    def read(self, now: datetime, *, elapsed_seconds: float, incident: float) -> Metrics:
        door_open = self._door.advance(elapsed_seconds)
        self._warmth_c = approach(
            self._warmth_c,
            1.2 if door_open else 0.0,
            elapsed_seconds=elapsed_seconds,
            settle_seconds=20 if door_open else 90,
        )
        usual_c = (
            self._set_point_c
            + 0.4 * daily_cycle(now, peak_hour=15)
            + self._warmth_c
            + self._compressor.advance(elapsed_seconds)
        )
        humidity = 82 + 4 * self._warmth_c + self._moisture.advance(elapsed_seconds)
        return {
            "temp_c": round(blend(usual_c, self._left_open_c, incident), 2),
            "humidity_percent": round(clamp(humidity + 8 * incident, 0, 100), 1),
            "door_open": door_open or incident > 0,
        }
