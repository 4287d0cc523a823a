"""The answer of the page Files actives in one French sentence, and the way modelled numbers are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from rarecare.french import counted, number, people
from rarecare.indicators.expected_sites import RANGE_COLUMNS
from rarecare.indicators.observed.minimum import monitor
from rarecare.indicators.observed.sums import headline
from rarecare.territory.locatives import in_territory

if TYPE_CHECKING:
    from rarecare.ui.files_actives import CaseloadView

MODELLED = "attendu (modélisé)"
"""Label of every number that nobody observed."""


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


def answer_sentence(view: CaseloadView) -> str:
    """Say how many patients the sites follow, who did not supply and who is below the minimum; or what is expected."""
    return _modelled(view) if view.observed.supplied.empty else _observed(view)


def _observed(view: CaseloadView) -> str:
    found = view.observed
    known, sites = found.known, found.centres
    place = _place(view)
    total = headline(found).patients
    head = (
        f"{place}, en {found.annee}, {_sites(len(known), view)} sur {number(len(sites))} {_have(len(known))} une file "
        f"active connue : {counted(total, 'patient')} (un patient de deux sites compte deux fois)"
        if len(known)
        else f"{place}, en {found.annee}, aucune file active des {_sites(len(sites), view)} ne peut être montrée"
    )
    return f"{head} ; {_rest(view)}."


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
        selection = view.question.selection
        if selection.filiere or selection.groupe or selection.reseau:
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
