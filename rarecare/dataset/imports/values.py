"""Cells as people write them, made canonical: numbers, years, dates, closed lists, texts, codes.

Nothing is guessed: what can be read in one way only is rewritten and counted, the rest is refused with the reason. The
ways of writing the values of closed lists live in ``valeurs.toml``.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rarecare.dataset.tables import Field

YEARS = (1900, 2100)
"""Bounds of a year where the schema gives none."""
MAXIMUM_DIGITS = 12
"""A number with more digits is a code or an accident."""
MAXIMUM_TEXT = 2000
"""Characters in a cell of text; the templates and the exports hold them."""

VALUE_RULES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "valeur-obligatoire": ("Une valeur obligatoire manque", "Compléter la cellule."),
        "nombre-illisible": (
            "Ce n'est pas un nombre",
            "Écrire le nombre seul, en chiffres, sans unité ni commentaire.",
        ),
        "effectif-masque": (
            "L'effectif est déjà masqué : le vrai nombre n'est pas connu",
            "Importer le nombre réel (il sera masqué à l'affichage), ou retirer la ligne ; une cellule facultative "
            "peut rester vide.",
        ),
        "valeur-approchee": (
            "La valeur est approchée ou donnée par un intervalle",
            "Importer le nombre réel, ou retirer la ligne ; une cellule facultative peut rester vide, l'intervalle "
            "étant dit en remarque.",
        ),
        "valeur-non-disponible": (
            "Une valeur inconnue ne s'écrit pas",
            "Donner la valeur, ou retirer la ligne ; une cellule facultative peut rester vide, ce qui veut dire "
            "« non fourni ».",
        ),
        "erreur-de-tableur": (
            "La cellule contient une erreur de tableur",
            "Corriger la formule dans le tableur, puis coller les valeurs.",
        ),
        "date-au-lieu-d-un-nombre": (
            "Une date est écrite là où un nombre est attendu",
            "Remettre le nombre : le tableur l'a peut-être changé en date.",
        ),
        "nombre-negatif": ("Le nombre est négatif", "Écrire un nombre positif ou nul."),
        "nombre-decimal": ("Le nombre doit être entier", "Écrire un nombre entier."),
        "separateur-ambigu": (
            "Le point ou la virgule se lit de deux façons",
            "Écrire les milliers avec une espace ou sans rien, et les décimales après une virgule.",
        ),
        "notation-scientifique": (
            "Le nombre est en notation scientifique",
            "Mettre la colonne au format « Nombre » dans le tableur.",
        ),
        "pourcentage-inattendu": (
            "Un pourcentage est écrit là où un nombre est attendu",
            "Écrire le nombre lui-même.",
        ),
        "valeur-absurde": ("Le nombre n'est pas vraisemblable", "Vérifier le nombre et la colonne."),
        "borne-depassee": ("Le nombre sort des bornes permises", "Vérifier le nombre et son unité."),
        "annee-illisible": ("Ce n'est pas une année", "Écrire l'année en quatre chiffres, par exemple 2025."),
        "date-illisible": ("Ce n'est pas une date", "Écrire la date sous la forme 31/12/2025 ou 2025-12-31."),
        "date-impossible": (
            "La date n'existe pas",
            "Vérifier le jour et le mois : le jour vient en premier.",
        ),
        "valeur-hors-liste": ("La valeur n'est pas dans la liste permise", "Choisir une valeur de la liste."),
        "motif-non-respecte": (
            "La valeur n'a pas la forme attendue",
            "Suivre l'exemple de la description de la colonne.",
        ),
        "texte-trop-long": (
            "Le texte est trop long",
            f"Le réduire à moins de {MAXIMUM_TEXT} caractères.",
        ),
        "caractere-interdit": (
            "Le texte contient un caractère invisible ou mal décodé",
            "Retaper la cellule, ou enregistrer le fichier en UTF-8.",
        ),
        "formule-dans-texte": (
            "Le texte commence comme une formule de tableur",
            "Retirer le premier signe (=, +, @) de la cellule.",
        ),
    }
)
"""Slug to what the rule says and what to do."""

CHANGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "espace": ("nombre avec espace", "nombres avec espace"),
        "virgule": ("nombre à virgule", "nombres à virgule"),
        "decimale-nulle": (
            "nombre entier écrit avec des décimales",
            "nombres entiers écrits avec des décimales",
        ),
        "zeros": ("nombre écrit avec des zéros devant", "nombres écrits avec des zéros devant"),
        "pourcentage": ("pourcentage écrit avec son signe", "pourcentages écrits avec leur signe"),
        "plus": ("nombre écrit avec le signe +", "nombres écrits avec le signe +"),
        "annee-d-une-date": ("date réduite à son année", "dates réduites à leur année"),
        "date": ("date écrite à la française", "dates écrites à la française"),
        "liste": ("libellé remplacé par sa valeur", "libellés remplacés par leur valeur"),
        "texte": ("texte nettoyé de ses espaces en trop", "textes nettoyés de leurs espaces en trop"),
        "code": ("code complété", "codes complétés"),
        "nom": ("nom remplacé par son code", "noms remplacés par leur code"),
        "inconnu": (
            "cellule « non disponible » lue comme une cellule vide",
            "cellules « non disponible » lues comme des cellules vides",
        ),
    }
)
"""Automatic change to its French name, in the singular and in the plural."""


@dataclass(frozen=True)
class Cleaned:
    """One cell made canonical: ``changes`` says what was changed, ``slug`` why it is refused, ``value`` then empty."""

    value: str = ""
    changes: tuple[str, ...] = ()
    slug: str = ""
    detail: str = ""


Cleaner = Callable[[str], Cleaned]

_VALUES_FILE = Path(__file__).with_name("valeurs.toml")
_SPACES = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_TYPOGRAPHIC_SPACES = ("\u00a0", "\u202f")
_PLAIN_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_GROUPED_NUMBER = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?")
_SCIENTIFIC = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)?e[-+]?[0-9]+")
_MASKED = re.compile(
    r"(?:<|≤|⩽|=<|moins d|inf[. e]|jusqu|(?:entre )?[01] ?(?:-|–|a|/|et) ?(?:4|5|9|10)$)|.* ou moins$"
)
_APPROXIMATE = re.compile(
    r"(?:>|≥|⩾|=>|plus d|sup[. e]|env|~|≈|±|autour|approx|circa|au moins|entre|"
    r"[0-9]+ ?(?:-|–|a|ou|et|/) ?[0-9]+$)|.*(?:\+|±|environ)$"
)
_MONTHS = ("janv", "fev", "mars", "avr", "mai", "juin", "juil", "aou", "sept", "oct", "nov", "dec")
_MONTH_WORD = re.compile(r"\b(" + "|".join(_MONTHS) + r")[a-z]*\b\.?")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[t ][0-9:.]+)?z?")
_FRENCH_DATE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})(?: [0-9:]+)?")
_WORDED_DATE = re.compile(r"([0-9]{1,2})(?:er)? ([a-z]+)\.? ([0-9]{4})")
_ANY_DATE = re.compile(r"[0-9]{1,4}[/-][0-9]{1,2}[/-][0-9]{1,4}.*|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2,4}")
_SHEET_ERROR = re.compile(r"#[a-z/0-9]+[!?]?|err:[0-9]+")
_LABEL_SIGNS = re.compile(r"[^a-z0-9<>=≤≥+]+")


@cache
def _values_file() -> dict[str, Any]:
    return tomllib.loads(_VALUES_FILE.read_text(encoding="utf-8"))


def or_missing(clean: Cleaner, *, required: bool) -> Cleaner:
    """Return a cleaner that reads « NULL », « n.d. » or « - » as an empty cell, or refuses them where *required*.

    A text that the field gives a meaning to keeps it; in free texts only what software writes for an empty cell counts.
    """

    def read(text: str) -> Cleaned:
        cell, word = clean(text), _spelled(text)
        if not word or word in _words("zero_ou_inconnu"):
            return cell
        unread = bool(cell.slug) and word in _words("non_disponible")
        if not unread and not (word in _words("vide") and (cell.slug or cell.value == squeezed(text))):
            return cell
        return Cleaned(slug="valeur-non-disponible") if required else Cleaned(changes=("inconnu",))

    return read


def is_missing(text: str) -> bool:
    """Tell whether a text is what software writes for an empty cell."""
    return _spelled(text) in _words("vide")


def cleaner_of(spec: Field, *, table: str) -> Cleaner:
    """Return the function that makes the cells of a field canonical; an empty cell stays empty."""
    if labels := enumeration(spec, table=table):
        clean = _list_cleaner(labels, spec)
    elif spec.type in {"integer", "number"}:
        clean = _number_cleaner(spec)
    elif spec.type == "year":
        clean = _year_cleaner(spec)
    elif spec.type == "date":
        clean = clean_date
    else:
        clean = _text_cleaner(spec)
    return lambda text: clean(text) if squeezed(text) else Cleaned()


def clean_number(text: str, *, whole: bool, percent: bool = False) -> Cleaned:
    """Return a number as ``1234`` or ``1234.5``; a comma is a decimal comma, spaces are thousands.

    With *whole*, decimals are refused unless they are zeros, and a group of three figures after a point or a comma is
    ambiguous. With *percent*, a sign % at the end is dropped.
    """
    body = without_accents(squeezed(text)).lower()
    changes: list[str] = []
    if percent and body.endswith("%"):
        body, changes = body[:-1].strip(), ["pourcentage"]
    if body.startswith("+") and body[1:2].isdigit():
        body, changes = body[1:], [*changes, "plus"]
    slug = _why_no_number(body, percent=percent)
    if slug:
        return Cleaned(slug=slug)
    if " " in body:
        changes.append("espace")
    return _canonical_number(body.replace(" ", ""), changes, whole=whole)


def clean_year(text: str) -> Cleaned:
    """Return a year of four figures; the year of a full date is taken, and counted."""
    body = squeezed(text)
    if re.fullmatch(r"[0-9]{4}", body, re.ASCII):
        return Cleaned(body)
    if re.fullmatch(r"[0-9]{4}[.,]0+", body, re.ASCII):
        return Cleaned(body[:4], ("decimale-nulle",))
    date = clean_date(text)
    if date.slug:
        return Cleaned(slug=date.slug if date.slug == "date-impossible" else "annee-illisible")
    return Cleaned(date.value[:4], ("annee-d-une-date",))


def clean_date(text: str) -> Cleaned:
    """Return a date as ``2025-12-31``, from that form, 31/12/2025 or « 31 décembre 2025 »."""
    body = without_accents(squeezed(text)).lower()
    parts = _date_parts(body)
    if parts is None:
        return Cleaned(slug="date-illisible")
    try:
        day = dt.date(*parts)
    except ValueError:
        return Cleaned(slug="date-impossible")
    written = day.isoformat()
    return Cleaned(written, () if written == body else ("date",))


def clean_text(text: str) -> Cleaned:
    """Return a text with single spaces, in NFC; refuse what is too long, invisible, badly decoded or like a formula.

    A no-break space alone is kept: it is French typography.
    """
    spaced = _SPACES.sub(lambda run: run[0] if run[0] in _TYPOGRAPHIC_SPACES else " ", text)
    written = unicodedata.normalize("NFC", spaced.strip())
    if len(written) > MAXIMUM_TEXT:
        return Cleaned(slug="texte-trop-long")
    if any(
        unicodedata.category(letter) in {"Cc", "Cs", "Co", "Cn"} or letter == "\ufffd" for letter in written
    ):
        return Cleaned(slug="caractere-interdit")
    if re.match(r"=|@|\+[^\d\s]", written):
        return Cleaned(slug="formule-dans-texte")
    return Cleaned(written, () if written == text else ("texte",))


def enumeration(spec: Field, *, table: str) -> dict[str, str]:
    """Return the ways of writing the values of a closed list, normalised, to the values; empty for other fields."""
    known = {way: value for way, value in listed_labels(spec.name, table=table).items() if value in spec.enum}
    return known | {normalised(value): value for value in spec.enum}


def listed_labels(name: str, *, table: str = "") -> dict[str, str]:
    """Return the labels of ``valeurs.toml`` for a field, normalised, to their values."""
    lists = _values_file()["listes"]
    chosen = lists.get(f"{table}_{name}", lists.get(name, {}))
    return {normalised(way): value for value, ways in chosen.items() for way in ways}


def written_labels(name: str) -> dict[str, str]:
    """Return the labels of ``valeurs.toml`` for a field as they are written there, to their values."""
    return {way: value for value, ways in _values_file()["listes"].get(name, {}).items() for way in ways}


def normalised(text: str) -> str:
    """Return a label without accents, capitals, plurals and punctuation; ``<``, ``≥`` and ``+`` are kept."""
    words = _LABEL_SIGNS.sub(" ", without_accents(text).lower()).split()
    singular = (word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words)
    return " ".join(singular).replace("< ", "<").replace("≥ ", "≥").replace("+ ", "+").strip()


def squeezed(text: str) -> str:
    """Return a text with all runs of spaces, no-break spaces and line ends as one space, none at its ends."""
    return _SPACES.sub(" ", text).strip(" ")


def _spelled(text: str) -> str:
    return without_accents(squeezed(text)).lower()


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(_spelled(word) for word in _values_file()[name])


def without_accents(text: str) -> str:
    """Return a text without accents and ligatures, its apostrophes and minus signs plain."""
    letters = unicodedata.normalize("NFD", text.replace("œ", "oe").replace("Œ", "OE"))
    return (
        "".join(letter for letter in letters if not unicodedata.combining(letter))
        .replace("’", "'")
        .replace("−", "-")
    )


def _why_no_number(body: str, *, percent: bool) -> str:  # noqa: C901 (one test a line, in the order that tells best)
    """Return the slug of what makes a cell no number; empty when it is one."""
    if _PLAIN_NUMBER.fullmatch(body) or _GROUPED_NUMBER.fullmatch(body):
        return "valeur-absurde" if sum(letter.isdigit() for letter in body) > MAXIMUM_DIGITS else ""
    if body in _words("masque"):
        return "effectif-masque"
    if body in _words("non_disponible"):
        return "valeur-non-disponible"
    if _SHEET_ERROR.fullmatch(body):
        return "erreur-de-tableur"
    if _ANY_DATE.fullmatch(body) or (_MONTH_WORD.search(body) and re.search("[0-9]", body)):
        return "date-au-lieu-d-un-nombre"
    if _MASKED.match(body):
        return "effectif-masque"
    if re.fullmatch(r"[-–] ?[0-9][0-9 .,]*", body):
        return "nombre-negatif"
    if _SCIENTIFIC.fullmatch(body):
        return "notation-scientifique"
    if re.fullmatch(r"[0-9][0-9 .,]*%", body) and not percent:
        return "pourcentage-inattendu"
    if _APPROXIMATE.match(body):
        return "valeur-approchee"
    if re.fullmatch(r"[0-9]+(?:[.,][0-9]+)*[.,][0-9]+", body):
        return "separateur-ambigu"
    return "nombre-illisible"


def _canonical_number(body: str, changes: list[str], *, whole: bool) -> Cleaned:
    head, sign, tail = body.partition("," if "," in body else ".")
    if sign and whole:
        if len(tail) == 3 and len(head) <= 3:
            return Cleaned(slug="separateur-ambigu")
        if tail.strip("0"):
            return Cleaned(slug="nombre-decimal")
        changes, tail = [*changes, "decimale-nulle"], ""
    elif sign == ",":
        changes = [*changes, "virgule"]
    digits = head.lstrip("0") or "0"
    if digits != head:
        changes = [*changes, "zeros"]
    tail = tail.rstrip("0")
    return Cleaned(f"{digits}.{tail}" if tail else digits, tuple(changes))


def _date_parts(body: str) -> tuple[int, int, int] | None:
    if found := _ISO_DATE.fullmatch(body):
        year, month, day = (int(part) for part in found.groups())
        return year, month, day
    if found := _FRENCH_DATE.fullmatch(body):
        day, month, year = (int(part) for part in found.groups())
        return year, month, day
    if found := _WORDED_DATE.fullmatch(body):
        rank = next((rank for rank, start in enumerate(_MONTHS, 1) if found[2].startswith(start)), 0)
        return (int(found[3]), rank, int(found[1])) if rank else None
    return None


def _number_cleaner(spec: Field) -> Cleaner:
    def clean(text: str) -> Cleaned:
        cell = clean_number(text, whole=spec.type == "integer", percent=spec.name.endswith("_pct"))
        return cell if cell.slug else _bounded(cell, spec)

    return clean


def _year_cleaner(spec: Field) -> Cleaner:
    low, high = spec.minimum or YEARS[0], spec.maximum or YEARS[1]

    def clean(text: str) -> Cleaned:
        cell = clean_year(text)
        if cell.slug or low <= int(cell.value) <= high:
            return cell
        return Cleaned(slug="borne-depassee", detail=f"de {low:.0f} à {high:.0f}")

    return clean


def _bounded(cell: Cleaned, spec: Field) -> Cleaned:
    number = Decimal(cell.value)
    if spec.minimum is not None and number < Decimal(str(spec.minimum)):
        return Cleaned(slug="borne-depassee", detail=f"minimum {spec.minimum:g}")
    if spec.maximum is not None and number > Decimal(str(spec.maximum)):
        return Cleaned(slug="borne-depassee", detail=f"maximum {spec.maximum:g}")
    return cell


def _list_cleaner(labels: Mapping[str, str], spec: Field) -> Cleaner:
    def clean(text: str) -> Cleaned:
        value = labels.get(normalised(text))
        if value is None:
            return Cleaned(slug="valeur-hors-liste", detail=_choices(spec.enum))
        return Cleaned(value, () if value == text else ("liste",))

    return clean


def _choices(values: Iterable[str]) -> str:
    return "valeurs possibles : " + ", ".join(values)


def _text_cleaner(spec: Field) -> Cleaner:
    pattern = re.compile(spec.pattern) if spec.pattern else None
    labels = listed_labels(spec.name) if spec.name == "periode_label" else {}

    def clean(text: str) -> Cleaned:
        if (value := labels.get(normalised(text), text)) != text:
            return Cleaned(value, ("liste",))
        cell = clean_text(text)
        if not cell.slug and pattern and not pattern.search(cell.value):
            return Cleaned(slug="motif-non-respecte")
        return cell

    return clean
