"""Rules on counted patients and means: parts and totals, values that cannot be, dates in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from rarecare.dataset.rule_registry import REGISTRY, Context, Finding

ALL = "tous"
CENTRE_KEY = ("centre_id", "groupe_maladie", "annee", "modalite", "classe_age", "departement_residence")
TERRITORY_KEY = ("departement_residence", "groupe_maladie", "filiere", "annee", "classe_age", "modalite")
COUNTED = {"file_active": CENTRE_KEY, "file_active_territoire": TERRITORY_KEY}

# column: (value of the total, do the parts share no patient?)
BREAKDOWNS = {
    "modalite": ("total", False),
    "classe_age": (ALL, True),
    "departement_residence": (ALL, True),
    "groupe_maladie": (ALL, False),
    "filiere": (ALL, False),
}
_PARTS_TOLD = 5
STATUSES = ["diagnostics_confirmes", "diagnostics_probables", "diagnostics_indetermines"]

# no centre of the country comes near these: a larger value is a typing error or another unit
LARGEST = {
    "file_active": {
        **dict.fromkeys(("patients", "nouveaux_patients", *STATUSES), 100_000),
        "delai_diagnostic_median_mois": 1_200,
    },
    "file_active_territoire": {"patients": 1_000_000},
    "moyens": {
        "etp_medical": 500, "etp_paramedical": 500, "etp_autre": 500,
        "consultations": 500_000, "teleconsultations": 500_000, "hospitalisations_jour": 500_000,
    },
}  # fmt: skip


def _number(cells: pd.Series) -> pd.Series:
    return pd.to_numeric(cells.where(cells.str.fullmatch(r"\d+(\.\d+)?"), "nan"), errors="coerce")


def _parts(frame: pd.DataFrame, key: tuple[str, ...], column: str) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return the sum, the largest and the number of the parts of the total on each row; NaN where it has none."""
    total = BREAKDOWNS[column][0]
    others = [name for name in key if name != column]
    parts = frame[frame[column] != total].assign(patients=lambda rows: _number(rows["patients"]))
    found = parts.groupby(others)["patients"].agg(["sum", "max", "count"])
    totals = frame[frame[column] == total]
    aligned = found.reindex(pd.MultiIndex.from_frame(totals[others])).set_index(totals.index)
    aligned = aligned.reindex(frame.index)
    return aligned["sum"], aligned["max"], aligned["count"]


def _title(context: Context, name: str, column: str) -> str:
    return next(field.title for field in context.package.table(name).fields if field.name == column)


def _against(
    context: Context, name: str, findings: Iterator[Finding], key: tuple[str, ...], column: str
) -> Iterator[Finding]:
    """Yield findings about totals with the lines of their parts, each told by its place in the breakdown."""
    wrong = list(findings)
    if not wrong:
        return
    frame, total = context.frames[name], BREAKDOWNS[column][0]
    others = [each for each in key if each != column]
    title = _title(context, name, column)
    family = dict(zip(frame.index, frame[others].itertuples(index=False, name=None), strict=True))
    parts: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for line, part, year in frame.loc[frame[column] != total, [column, "annee"]].itertuples(name=None):
        told = parts.setdefault(family[line], [])
        if len(told) < _PARTS_TOLD:
            told.append((line, f"{title} « {part} », {year}"))
    for finding in wrong:
        yield replace(finding, against=tuple(parts.get(family[finding.line], [])))


@REGISTRY.add(
    "total-inferieur-aux-parties",
    "Le total compte moins de patients que ses parties",
    remedy="Corriger le total ou la partie ; un total absent se laisse sans ligne.",
    reads=tuple(COUNTED),
)
def find_totals_under_their_parts(context: Context) -> Iterator[Finding]:
    """Find totals smaller than one part, than the sum of parts that share no patient, or than new patients."""
    for name, key in COUNTED.items():
        if name not in context.frames or context.frames[name].empty:
            continue
        frame = context.frames[name]
        patients = _number(frame["patients"])
        for column in [column for column in key if column in BREAKDOWNS]:
            together, largest, _ = _parts(frame, key, column)
            least = together if BREAKDOWNS[column][1] else largest
            found = context.rows(
                name, patients < least, "patients", detail=f"parties : {_title(context, name, column)}"
            )
            yield from _against(context, name, found, key, column)
        if name == "file_active":
            new, known = _number(frame["nouveaux_patients"]), frame[STATUSES].apply(_number)
            yield from context.rows(name, new > patients, "nouveaux_patients")
            yield from context.rows(name, known.sum(axis=1) > patients, "patients", detail="diagnostics")


@REGISTRY.add(
    "total-superieur-aux-parties",
    "Le total compte plus de patients que ses modalités réunies",
    remedy="Corriger le total ou la modalité : un patient est vu sur place, à distance ou des deux façons.",
    reads=tuple(COUNTED),
)
def find_totals_over_their_parts(context: Context) -> Iterator[Finding]:
    """Find totals larger than both modalities together, when both are given."""
    for name, key in COUNTED.items():
        if name in context.frames and not context.frames[name].empty:
            frame = context.frames[name]
            together, _, number = _parts(frame, key, "modalite")
            wrong = (number == 2) & (_number(frame["patients"]) > together)
            found = context.rows(name, wrong, "patients")
            yield from _against(context, name, found, key, "modalite")


@REGISTRY.add(
    "valeur-absurde",
    "La valeur est plus grande que ce qu'un centre ou un territoire peut connaître",
    remedy="Vérifier le nombre et son unité.",
    reads=tuple(LARGEST),
)
def find_absurd_values(context: Context) -> Iterator[Finding]:
    """Find counts that no centre and no territory can have."""
    for name, largest in LARGEST.items():
        if name in context.frames:
            for column, limit in largest.items():
                wrong = _number(context.frames[name][column]) > limit
                yield from context.rows(name, wrong, column, detail=f"au plus {limit}")


@REGISTRY.add(
    "groupe-inconnu",
    "Le groupe de maladies n'existe pas",
    remedy="Prendre un code de la table groupes_maladies, ou « tous ».",
    tables=("groupes_maladies",),
    reads=tuple(COUNTED),
)
def find_unknown_groups(context: Context) -> Iterator[Finding]:
    """Find counts of a disease group that nobody describes."""
    yield from _unknown(context, "groupe_maladie", "groupes_maladies")


@REGISTRY.add(
    "filiere-inconnue",
    "La filière n'existe pas",
    remedy="Prendre un code de la table filieres, ou « tous ».",
    tables=("filieres",),
    reads=tuple(COUNTED),
)
def find_unknown_filieres(context: Context) -> Iterator[Finding]:
    """Find counts of a filière that nobody describes."""
    yield from _unknown(context, "filiere", "filieres")


def _unknown(context: Context, column: str, described: str) -> Iterator[Finding]:
    known = {*context.frames[described][column], ALL, ""}
    for name in COUNTED:
        if name in context.frames and column in context.frames[name]:
            yield from context.rows(name, ~context.frames[name][column].isin(known), column)


@REGISTRY.add(
    "dates-en-desordre",
    "Le label finit avant de commencer",
    remedy="Échanger ou corriger les deux dates, ou les deux années de la période.",
    tables=("historique_labels",),
)
def find_disordered_dates(context: Context) -> Iterator[Finding]:
    """Find labels that end before they begin."""
    frame = context.frames["historique_labels"]
    start, end = frame["date_debut"], frame["date_fin"]
    yield from context.rows("historique_labels", (start != "") & (end != "") & (end < start), "date_fin")
    years = frame["periode_label"].str.split("-")
    yield from context.rows("historique_labels", years.str[-1] < years.str[0], "periode_label")
