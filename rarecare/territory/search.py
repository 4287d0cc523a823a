"""Communes by what a reader types: an INSEE code, a name, the beginning or a part of a name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rarecare.territory.communes import CITY_HALLS, Communes

_SEPARATORS = re.compile(r"[^a-z0-9]+")


def find_communes(communes: Communes, text: str, *, limit: int = 8) -> list[str]:
    """Return the codes of the communes that a text may mean, the likeliest first.

    A code, or a city cut in arrondissements, gives one answer; a name gives the communes that bear it, else those whose
    name begins with it, else those that hold it, the most inhabited first. Accents, capitals, hyphens and the letters
    "St" and "Ste" make no difference.
    """
    wanted = plain(text)
    if not wanted:
        return []
    code = text.strip().upper()
    if code in communes:
        return [str(communes.codes[communes.resolve(code)])]
    for city in CITY_HALLS:
        if wanted == plain(communes.nom_of(city)):
            return [str(communes.codes[communes.resolve(city)])]
    names = _plain_names(communes)
    for matches in (names == wanted, np.char.startswith(names, wanted), np.char.find(names, wanted) >= 0):
        ranks = np.flatnonzero(matches)
        if ranks.size:
            ranked = ranks[np.argsort(-communes.population[ranks], kind="stable")][:limit]
            return [str(code) for code in communes.codes[ranked]]
    return []


def plain(text: str) -> str:
    """Return a name without accents, capitals or punctuation, "st" and "ste" written out."""
    letters = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe"))
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = _SEPARATORS.sub(" ", letters.lower()).split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


@lru_cache(maxsize=2)
def _plain_names(communes: Communes) -> NDArray[np.str_]:
    return np.array([plain(str(nom)) for nom in communes.noms])
