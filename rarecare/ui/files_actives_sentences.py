"""The answer of the page Files actives in one French sentence, and the way modelled numbers are written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from rarecare.disclosure.gate import ETATS, PROTECTED_TEXT
from rarecare.french import counted, number, people, percent
from rarecare.indicators.expected_sites import RANGE_COLUMNS
from rarecare.indicators.observed.minimum import monitor
from rarecare.indicators.observed.sums import Part, headline
from rarecare.territory.locatives import in_territory

if TYPE_CHECKING:
    from rarecare.ui.files_actives import CaseloadView

MODELLED = "attendu (modélisé)"
"""Label of every number that nobody observed."""
_EXACT = 1e-9


def range_of(frame: pd.DataFrame) -> tuple[float, float, float]:
    """Return the low, central and high sums of a modelled frame."""
    low, central, high = (float(frame[name].sum()) for name in RANGE_COLUMNS)
    return low, central, high


def short_name(hospital: str) -> str:
    """Return the name of a hospital for the axis of a chart: ``AP-HP – Avicenne``."""
    return hospital.replace("Hôpital ", "").replace("Hôpitaux universitaires", "HU")


def modelled_text(values: Sequence[float] | pd.Series, *, about: str = "environ ") -> str:
    """Return ``environ 120 (60 à 301)`` from low, central and high."""
    low, central, high = (float(value) for value in values)
    return f"{about}{modelled_number(central)} ({modelled_number(low)} à {modelled_number(high)})"


def modelled_number(value: float) -> str:
    """Return one modelled number: one decimal under 10, three figures above."""
    return number(value, 1) if value < 10 else people(value, "")


def bounds_text(low_pct: float, high_pct: float) -> str:
    """Return ``12 %``, or ``de 9 à 91 %`` for a share that hidden counts leave between two bounds, rounded outwards."""
    if math.isnan(low_pct):
        return ETATS["non_fourni"]
    if high_pct - low_pct < _EXACT:
        return percent(low_pct / 100.0)
    low, high = math.floor(low_pct + _EXACT), math.ceil(high_pct - _EXACT)
    return f"de {number(low)} à {percent(high / 100.0)}"


def part_text(part: Part) -> str:
    """Return the share of a part of the patients, or its bounds; ``masqué`` when every site hides it."""
    hidden = part.masked == part.sites > 0
    return PROTECTED_TEXT if hidden else bounds_text(part.low_pct, part.high_pct)


def hidden_sites(part: Part) -> str:
    """Return what a note adds when some sites hide the part, which then has bounds."""
    return f", dont {counted(part.masked, 'masqué')}" if part.masked else ""


def answer_sentence(view: CaseloadView) -> str:
    """Say how many patients the sites follow, who did not supply and who is below the minimum; or what is expected."""
    return _modelled(view) if view.observed.supplied.empty else _observed(view)


def _observed(view: CaseloadView) -> str:
    found = view.observed
    known, sites = found.known, found.centres
    place = _place(view)
    total, supplied = headline(found).patients, len(found.supplied)
    head = (
        f"{place}, en {found.annee}, {_sites(supplied, view)} sur {number(len(sites))} {_have(supplied)} fourni "
        f"{'sa' if supplied == 1 else 'leur'} file active"
    )
    what = (
        f" : {counted(total, 'patient')}{_among(len(known), supplied)} (un patient de deux sites compte deux fois)"
        if len(known)
        else ", mais aucune ne peut être montrée"
    )
    return f"{head}{what} ; {_rest(view)}."


def _among(known: int, supplied: int) -> str:
    """Return where the patients of a sum are when some counts are hidden."""
    if known == supplied:
        return ""
    return " dans le seul effectif montré" if known == 1 else f" dans les {number(known)} effectifs montrés"


def _rest(view: CaseloadView) -> str:
    found = view.observed
    masked = len(found.supplied) - len(found.known)
    silent = len(found.centres) - len(found.supplied)
    below = int(monitor(found, view.minimums)["position"].eq("au_dessous").sum())
    parts = [
        f"{counted(below, 'site est', 'sites sont')} au-dessous de son seuil minimal"
        if below == 1
        else f"{number(below) if below else 'aucun site'} {'sont' if below else 'n’est'} au-dessous du seuil minimal",
        f"{counted(masked, 'effectif est masqué', 'effectifs sont masqués')}" if masked else "",
        f"{counted(silent, 'site n’a rien fourni', 'sites n’ont rien fourni')}"
        if silent
        else "tous ont fourni",
    ]
    return ", ".join(part for part in parts if part)


def _modelled(view: CaseloadView) -> str:
    count = len(view.observed.centres)
    place = _place(view)
    if not count:
        return f"{place}, aucun hôpital n'a de {view.question.sites}."
    year = f" en {view.observed.annee}" if view.observed.annee else ""
    head = f"{place}, aucune file active observée n'est connue{year} pour {_the_sites(count, view)}"
    if view.why_no_model:
        if view.question.selection.is_narrow:
            return f"{head}, et les patients attendus ne sont pas connus non plus."
        return (
            f"{head} ; choisir une filière ou un groupe de maladies donne les patients attendus (modélisés)."
        )
    return f"{head} ; le modèle en attend {modelled_text(range_of(view.expected))} patients suivis."


def _place(view: CaseloadView) -> str:
    place = in_territory(view.maille, view.selected, view.place) if view.selected else "en France"
    return place[:1].upper() + place[1:]


def _sites(count: int, view: CaseloadView) -> str:
    return counted(count, view.question.sites, _plural(view.question.sites))


def _the_sites(count: int, view: CaseloadView) -> str:
    return f"le {view.question.sites}" if count == 1 else f"les {_sites(count, view)}"


def _plural(sites: str) -> str:
    for singular, plural in (
        ("centre de référence ou CRC", "centres de référence ou CRC"), ("centre labellisé", "centres labellisés"),
    ):  # fmt: skip
        if sites.startswith(singular):
            return plural + sites.removeprefix(singular)
    return sites


def _have(count: int) -> str:
    return "a" if count == 1 else "ont"
