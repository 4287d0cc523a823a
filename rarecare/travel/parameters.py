"""Parameters of the road model, in one place so that a stored matrix can name them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

SAME_COMMUNE_MINUTES = 10.0
"""Announced for a trip that stays in one commune: its length is unknown, parking and walking dominate."""

TRIP_MINUTES = 3.4
"""Leaving the house and parking, once a trip, whatever its length."""

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG); an error of 0.3 % at French latitudes, far below that of the speeds."""


@dataclass(frozen=True)
class RoadParameters:
    """Constants of the commune graph.

    Fitted on remembered driving times, not on measured ones: they are wrong wherever that memory is, and they
    describe free-flowing traffic. Detours are ratios of road length to crow-fly length; speeds are km/h.
    """

    local_detour: float = 1.19
    local_slow_kmh: float = 30.0
    local_fast_kmh: float = 65.0
    local_half_density: float = 1200.0
    express_detour: float = 1.067
    nationale_detour: float = 1.16
    motorway_access_minutes: float = 4.2
    express_access_minutes: float = 2.6
    access_per_doubling_minutes: float = 0.65
    access_reference_population: float = 20_000.0
    access_doublings_max: float = 4.0
    paris_access_minutes: float = 2.7
    nationale_access_minutes: float = 0.6
    nationale_access_per_doubling_minutes: float = 0.2
    trip_minutes: float = TRIP_MINUTES
    same_commune_minutes: float = SAME_COMMUNE_MINUTES

    def as_dict(self) -> dict[str, float]:
        """Return the parameters by name, for the record kept beside a matrix."""
        return asdict(self)
