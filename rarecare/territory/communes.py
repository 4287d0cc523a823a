"""The units of RareCare: communes, with Paris, Lyon and Marseille as municipal arrondissements.

Every array of the project that runs over communes follows the order of this table (sorted by code).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from rarecare.errors import UserError

FloatArray = NDArray[np.float64]
StringArray = NDArray[np.str_]

#: Town hall of each city that is cut in arrondissements, longitude and latitude in degrees.
CITY_HALLS = {"13055": (5.3699, 43.2965), "69123": (4.8357, 45.7676), "75056": (2.3522, 48.8566)}
_TEXTS = {
    "codes": "code_commune",
    "noms": "nom",
    "departements": "departement",
    "regions": "region",
    "arrondissements": "arrondissement",
    "parents": "code_parent",
    "origins": "origine_point",
}
_NUMBERS = {
    "population": "population",
    "longitudes": "longitude",
    "latitudes": "latitude",
    "surfaces_km2": "surface_km2",
    "densities": "densite_par_km2",
}


@dataclass(frozen=True, eq=False)
class Communes:
    """All units, one element each, arrays of shape ``(n_communes,)`` in canonical order.

    ``population`` in inhabitants, ``longitudes`` and ``latitudes`` in WGS84 degrees, ``densities`` in inhabitants per
    km². ``parents`` is the code of the city for a municipal arrondissement, else an empty text. Arrays are read-only.
    """

    codes: StringArray
    noms: StringArray
    departements: StringArray
    regions: StringArray
    arrondissements: StringArray
    parents: StringArray
    origins: StringArray
    population: FloatArray
    longitudes: FloatArray
    latitudes: FloatArray
    surfaces_km2: FloatArray
    densities: FloatArray

    def __len__(self) -> int:
        return len(self.codes)

    def __contains__(self, code: object) -> bool:
        """Tell whether a code is a unit or a city cut in arrondissements."""
        return code in self._positions or code in self._city_units

    def index_of(self, code: str) -> int:
        """Return the position of a unit.

        Raises
        ------
        UserError
            When the code is not that of a unit; the cities cut in arrondissements are not units, see :meth:`resolve`.
        """
        position = self._positions.get(code)
        if position is not None:
            return position
        if code in self._city_units:
            first = self.codes[self._city_units[code][0]]
            remedy = f"Donner un arrondissement municipal, par exemple {first}."
        else:
            remedy = (
                "Donner le code INSEE à cinq caractères d'une commune actuelle, par exemple 29019 pour Brest."
            )
        raise UserError(f"Commune inconnue : {code}", remedy=remedy)

    def resolve(self, code: str) -> int:
        """Return the position of a unit; Paris, Lyon and Marseille give the arrondissement of their town hall."""
        if code in self._city_units:
            return self._city_units[code][0]
        return self.index_of(code)

    def nom_of(self, code: str) -> str:
        """Return the official name of a unit or of a city cut in arrondissements."""
        if code in self._city_units:
            first_name = str(self.noms[self._city_units[code][0]])
            return first_name.split(" ", maxsplit=1)[0]
        return str(self.noms[self.index_of(code)])

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {str(code): position for position, code in enumerate(self.codes)}

    @cached_property
    def _city_units(self) -> dict[str, list[int]]:
        """Return the units of each city, the nearest to its town hall first."""
        return {city: self._nearest_first(city, hall) for city, hall in CITY_HALLS.items()}

    def _nearest_first(self, city: str, hall: tuple[float, float]) -> list[int]:
        units = np.flatnonzero(self.parents == city)
        east = (self.longitudes[units] - hall[0]) * np.cos(np.radians(hall[1]))
        north = self.latitudes[units] - hall[1]
        return [int(unit) for unit in units[np.argsort(np.hypot(east, north), kind="stable")]]


def load_communes(geo_dir: Path) -> Communes:
    """Read ``communes.parquet``.

    Raises
    ------
    UserError
        When the file is absent, truncated or lacks a column.
    """
    path = geo_dir / "communes.parquet"
    try:
        table = pq.read_table(path, columns=[*_TEXTS.values(), *_NUMBERS.values()])
    except (OSError, ValueError) as error:
        raise UserError(
            "La table des communes est illisible",
            where=f"{path} : {error}",
            remedy="Reprendre le fichier du dépôt ou relancer « make geo ».",
        ) from None
    texts = {field: _texts(table[column]) for field, column in _TEXTS.items()}
    numbers = {field: _numbers(table[column]) for field, column in _NUMBERS.items()}
    _refuse_nonsense(path, numbers)
    return Communes(
        codes=texts["codes"],
        noms=texts["noms"],
        departements=texts["departements"],
        regions=texts["regions"],
        arrondissements=texts["arrondissements"],
        parents=texts["parents"],
        origins=texts["origins"],
        population=numbers["population"],
        longitudes=numbers["longitudes"],
        latitudes=numbers["latitudes"],
        surfaces_km2=numbers["surfaces_km2"],
        densities=numbers["densities"],
    )


def _refuse_nonsense(path: Path, numbers: dict[str, FloatArray]) -> None:
    """Raise :class:`UserError` when a population is negative or a number is missing: no measure would stand on it."""
    if (numbers["population"] < 0).any():
        wrong = "une population négative"
    elif not all(np.isfinite(values).all() for values in numbers.values()):
        wrong = "un nombre manquant"
    else:
        return
    raise UserError(
        f"La table des communes contient {wrong}",
        where=path.name,
        remedy="Reprendre le fichier du dépôt ou relancer « make geo ».",
    )


def _texts(column: pa.ChunkedArray) -> StringArray:
    values = np.array(column.to_pylist(), dtype=np.str_)
    values.flags.writeable = False
    return values


def _numbers(column: pa.ChunkedArray) -> FloatArray:
    values = column.to_numpy().astype(np.float64)
    values.flags.writeable = False
    return np.asarray(values)
