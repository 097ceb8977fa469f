"""Vehicles on the road: a position moves along a round trip as fast as the speed says."""

import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise
from random import Random
from typing import NamedTuple

from edge.simulator.profiles.signals import Alternation, Wander, approach, clamp

METRES_PER_DEGREE = 111_320.0
STANDSTILL_KMH = 0.5
FASTEST_KMH = 95.0


class Position(NamedTuple):
    latitude: float
    longitude: float


class Route:
    """A closed loop of straight legs between waypoints."""

    def __init__(self, *waypoints: tuple[float, float]) -> None:
        self._waypoints = [Position(*point) for point in (*waypoints, waypoints[0])]
        legs = (distance_metres(start, end) for start, end in pairwise(self._waypoints))
        self._reached_at = list(accumulate(legs, initial=0.0))

    @property
    def length_metres(self) -> float:
        return self._reached_at[-1]

    def position(self, travelled_metres: float) -> Position:
        """Where a vehicle is after so many metres, round after round."""
        along = travelled_metres % self.length_metres
        leg = bisect_right(self._reached_at, along) - 1
        start, end = self._waypoints[leg], self._waypoints[leg + 1]
        share = (along - self._reached_at[leg]) / (self._reached_at[leg + 1] - self._reached_at[leg])
        return Position(
            start.latitude + (end.latitude - start.latitude) * share,
            start.longitude + (end.longitude - start.longitude) * share,
        )


def distance_metres(start: Position, end: Position) -> float:
    """On a flat map, which is right within a few tenths of a percent inside one region."""
    middle_latitude = math.radians((start.latitude + end.latitude) / 2)
    north = (end.latitude - start.latitude) * METRES_PER_DEGREE
    east = (end.longitude - start.longitude) * METRES_PER_DEGREE * math.cos(middle_latitude)
    return math.hypot(north, east)


ROUTES = (
    Route((51.905, 4.465), (51.952, 4.540), (52.012, 4.710), (52.080, 5.120), (51.830, 4.990), (51.812, 4.660)),
    Route((45.764, 4.836), (45.899, 4.930), (46.205, 5.226), (45.980, 5.340), (45.735, 5.090)),
    Route((53.551, 9.994), (53.620, 10.060), (53.865, 10.687), (53.700, 10.760), (53.470, 10.360)),
    Route((48.137, 11.575), (48.215, 11.640), (48.400, 11.745), (48.365, 10.898), (48.180, 11.250)),
)


@dataclass(frozen=True)
class Motion:
    latitude: float
    longitude: float
    speed_kmh: float

    @property
    def is_standing(self) -> bool:
        return self.speed_kmh == 0.0


class Journey:
    """Drives of some minutes with stops between them, on one of the routes."""

    def __init__(self, random: Random) -> None:
        self._route = random.choice(ROUTES)
        self._travelled_metres = random.uniform(0.0, self._route.length_metres)
        self._driving = Alternation(random, on_seconds=(240, 720), off_seconds=(90, 240), on=True)
        self._cruise_kmh = random.uniform(45.0, 75.0)
        self._traffic = Wander(random, spread=8.0, settle_seconds=60)
        self._speed_kmh = self._cruise_kmh

    def advance(self, elapsed_seconds: float) -> Motion:
        cruise = clamp(self._cruise_kmh + self._traffic.advance(elapsed_seconds), 0.0, FASTEST_KMH)
        target = cruise if self._driving.advance(elapsed_seconds) else 0.0
        speed = approach(self._speed_kmh, target, elapsed_seconds=elapsed_seconds, settle_seconds=8)
        if target == 0.0 and speed < STANDSTILL_KMH:
            speed = 0.0
        self._travelled_metres += (self._speed_kmh + speed) / 2 / 3.6 * elapsed_seconds
        self._speed_kmh = speed
        position = self._route.position(self._travelled_metres)
        return Motion(round(position.latitude, 6), round(position.longitude, 6), round(speed, 1))
