"""How French says "in" a territory: "en Lozère", "dans le Gard", "à La Réunion"."""

from __future__ import annotations

_NBSP = "\N{NO-BREAK SPACE}"
# « En » for names joined by « et » (Grevisse, Le Bon Usage) and where INSEE and the départements themselves say so;
# the others keep their article.
_ARTICLE_OF_DEPARTEMENT = {
    "le": "14 15 18 25 29 30 32 39 45 46 56 59 62 63 67 68 69 81 83 84 90 94 95",
    "la": "23 26 42 50 51 55 58 72 80 86",
    "l'": "01 02 03 10 11 27 34 36 60 61 89",
    "les": "04 05 06 08 13 22 40 64 65 66 78 79 88 92",
}
_SPECIAL_DEPARTEMENT = {"75": "à", "974": "à", "976": "à"}
_SPECIAL_REGION = {
    "04": "à", "06": "à", "11": "en", "24": "en", "27": "en", "28": "en", "32": "dans les", "44": "dans le",
    "52": "dans les", "53": "en", "75": "en", "76": "en", "84": "en", "93": "en", "94": "en",
}  # fmt: skip
_PREPOSITION = {
    code: f"dans {article}" for article, codes in _ARTICLE_OF_DEPARTEMENT.items() for code in codes.split()
} | _SPECIAL_DEPARTEMENT


def in_departement(code: str, nom: str) -> str:
    """Return the département with its preposition, lower case: "en Lozère", "dans l'Hérault"."""
    return _join(_PREPOSITION.get(code, "en"), nom)


def in_region(code: str, nom: str) -> str:
    """Return the région with its preposition, lower case: "en Occitanie", "dans les Hauts-de-France"."""
    return _join(_SPECIAL_REGION.get(code, "en"), nom)


def in_territory(maille: str, code: str, nom: str) -> str:
    """Return any territory with its preposition, lower case."""
    if maille == "departement":
        return in_departement(code, nom)
    if maille == "region":
        return in_region(code, nom)
    if maille == "france":
        return "en France"
    return _in_commune(nom)


def _in_commune(nom: str) -> str:
    for article, contracted in (("Le ", "au"), ("Les ", "aux")):
        if nom.startswith(article):
            return _join(contracted, nom.removeprefix(article))
    return _join("à", nom)


def _join(preposition: str, nom: str) -> str:
    nom = nom.replace("'", "’")
    if preposition.endswith("l'"):
        return f"{preposition[:-1]}’{nom}"
    return f"{preposition}{_NBSP if preposition == 'à' else ' '}{nom}"
