"""One run: events in, tables of counts out."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

import pyarrow as pa

from rarecare import __version__
from rarecare.caseload.columns import Kind, check_columns, events_view
from rarecare.caseload.engine import Engine
from rarecare.caseload.outputs import SUMMARY_FILE, staged, write_summary, write_table
from rarecare.caseload.references import References
from rarecare.caseload.rejects import EXAMPLES, Reject, refusal, rejects_of
from rarecare.caseload.statements import DONE_WITH, OUTPUTS, STEPS, output, statement
from rarecare.errors import UserError

EngineName = Literal["duckdb", "spark"]
ENGINES: tuple[EngineName, ...] = get_args(EngineName)

Progress = Callable[[str, float], None]
"""Called with what is being done (French) and the share done, from 0 to 1."""

_LABELS = {
    "faits": "Lecture des événements",
    "annees_patient": "Patients par année",
    "details": "Patients de plusieurs centres ou groupes",
    "passages": "Patients par centre",
    "cellules_simples": "Files actives des centres",
    "medianes": "Délais de diagnostic",
    "arrivees": "Nouveaux patients",
    "cellules_nouveaux": "Nouveaux patients",
    "cellules": "Files actives des centres",
    "cellules_territoire": "Files actives des territoires",
    "centres_par_patient": "Patients de plusieurs centres",
}

_DEFINITIONS = {
    "patients": "patients distincts, exactement comptés",
    "departement_residence": "commune du dernier événement de l'année où elle est connue ; le même jour, le plus grand "
    "code de département ; 99 : étranger, ou commune absente ou inconnue",
    "classe_age": "au premier événement de l'année où elle est connue ; le même jour, enfant",
    "nouveaux_patients": "vus pour la première fois dans le centre, parmi les événements donnés ; "
    "vide la première année",
    "statut_diagnostic": "au dernier événement de l'année où il est donné ; le même jour, le plus certain",
    "delai_diagnostic_median_mois": "des premiers signes au diagnostic, en mois de 30,4375 jours ; un "
    "diagnostic antérieur aux signes n'est pas compté",
}


@dataclass(frozen=True)
class Request:
    """What is asked.

    ``complet`` crosses départements, age classes and modalities with each other; without it each is given apart, and
    ages also by modality. ``memory`` is the limit of DuckDB (``6GB``) or of each executor of Spark.
    """

    events: tuple[str, ...]
    out: Path
    engine: EngineName = "duckdb"
    spark_master: str = "local-cluster[2,1,1024]"
    memory: str = ""
    complet: bool = False
    accept_rejects: bool = False
    provenance: str = "officiel"
    today: dt.date | None = None


def caseload(request: Request, references: References, *, progress: Progress | None = None) -> dict[str, Any]:
    """Count the patients of the events, write the tables into ``request.out`` and return the account of the run.

    Raises
    ------
    UserError
        Events absent, unreadable or without a required column; events refused and not accepted; no event kept;
        output directory in use, full or forbidden disk; engine that cannot start.
    """
    report = progress or _silent
    start = time.perf_counter()
    with staged(request.out) as directory:
        report("Démarrage du moteur", 0.0)
        engine = _start(request, directory / "travail")
        try:
            summary = _count(engine, request, references, directory / "resultats", report)
        finally:
            engine.close()
        summary["secondes"] = round(time.perf_counter() - start, 1)
        write_summary(summary, directory / "resultats" / SUMMARY_FILE)
    return summary


def _start(request: Request, directory: Path) -> Engine:
    if request.engine == "spark":
        from rarecare.caseload.spark_engine import SparkEngine  # an extra: most installations do without

        return SparkEngine(directory, master=request.spark_master, memory=request.memory)
    from rarecare.caseload.duckdb_engine import DuckdbEngine

    return DuckdbEngine(directory, memory=request.memory or "6GB")


def _count(
    engine: Engine, request: Request, references: References, results: Path, report: Progress
) -> dict[str, Any]:
    kinds = engine.open_events(request.events)
    check_columns(kinds, where=", ".join(request.events))
    _prepare(engine, references, kinds, request.today or dt.datetime.now(dt.UTC).date())
    parameters: dict[str, Any] = {
        "avec_delais": {"date_diagnostic", "date_premiers_signes"} <= kinds.keys(),
        "avec_statuts": "statut_diagnostic" in kinds,
        "avec_ages": bool({"classe_age", "annee_naissance"} & kinds.keys()),
        "complet": request.complet,
        "provenance": request.provenance,
        "exemples": EXAMPLES,
    }
    _make(engine, STEPS[0], parameters, report)
    kept, rejects, years = _sorted_out(engine, parameters)
    if rejects and not request.accept_rejects:
        raise refusal(rejects, kept + sum(reject.events for reject in rejects))
    if not kept:
        raise UserError(
            "Aucun événement à compter", where=", ".join(request.events), remedy="Vérifier les fichiers."
        )
    parameters["premiere"] = years["premiere"]
    if engine.rows(statement("fictifs"), {}).num_rows:
        # whatever was asked: made-up patients never become official figures
        request = replace(request, provenance="fictif")
        parameters["provenance"] = request.provenance
    for step in STEPS[1:]:
        _make(engine, step, parameters, report)
        for table in DONE_WITH.get(step, ()):
            engine.forget(table)
    rows = _write(engine, parameters, results, report)
    return _summary(engine, request, references, kept, rejects, years, rows)


def _prepare(engine: Engine, references: References, kinds: Mapping[str, Kind], today: dt.date) -> None:
    """Make the events readable by the first step."""
    for name, table in references.tables().items():
        engine.add_table(name, table)
    if "maladie" in kinds:
        engine.make_view("evenements_lus", events_view(kinds, today=today))
        engine.make_view("evenements", statement("evenements_maladies"))
    else:
        engine.make_view("evenements", events_view(kinds, today=today))
    engine.make_view("evenements_reconnus", statement("evenements_reconnus"))


def _make(engine: Engine, step: str, parameters: Mapping[str, Any], report: Progress) -> None:
    # The first step reads the events: it takes about half of the time.
    done = STEPS.index(step)
    report(_LABELS[step], 0.05 if not done else 0.4 + 0.5 * done / len(STEPS))
    engine.make_table(step, statement(step), parameters)


def _sorted_out(
    engine: Engine, parameters: Mapping[str, Any]
) -> tuple[int, tuple[Reject, ...], Mapping[str, Any]]:
    """Return how many events are kept, the reasons to refuse the others with their first places, the years."""
    found = {row["motif"]: row for row in engine.rows(statement("rejets"), {}).to_pylist()}
    kept = found.pop(None, {"evenements": 0, "communes_inconnues": 0, "premiere": None, "derniere": None})
    if not found:
        return kept["evenements"], (), kept
    engine.number_lines()
    counts = {motif: row["evenements"] for motif, row in found.items()}
    places = engine.rows(statement("exemples"), parameters).to_pylist()
    return kept["evenements"], rejects_of(counts, places), kept


def _write(engine: Engine, parameters: Mapping[str, Any], results: Path, report: Progress) -> dict[str, int]:
    rows = {}
    for rank, name in enumerate(OUTPUTS):
        report("Écriture", 0.9 + 0.1 * rank / len(OUTPUTS))
        table = engine.rows(output(name), parameters)
        table = table.cast(_plain(table.schema)).combine_chunks()
        write_table(table, results / f"{name}.parquet")
        rows[name] = table.num_rows
    return rows


def _plain(schema: pa.Schema) -> pa.Schema:
    """Return the schema that both engines can give: same types, every column nullable, no note of the engine."""
    return pa.schema([pa.field(field.name, _PLAIN.get(field.type, field.type)) for field in schema])


_PLAIN = {pa.large_string(): pa.string(), pa.string_view(): pa.string()}


def _summary(
    engine: Engine,
    request: Request,
    references: References,
    kept: int,
    rejects: Sequence[Reject],
    years: Mapping[str, int],
    rows: Mapping[str, int],
) -> dict[str, Any]:
    refused = sum(reject.events for reject in rejects)
    return {
        "moteur": engine.name,
        "versions": {"rarecare": __version__, "jeu_de_donnees": references.version, **engine.versions},
        "evenements_lus": kept + refused,
        "evenements_retenus": kept,
        "evenements_rejetes": refused,
        "communes_inconnues": years["communes_inconnues"],
        "rejets": [reject.record() for reject in rejects],
        "premiere_annee": years["premiere"],
        "derniere_annee": years["derniere"],
        "croisement_complet": request.complet,
        "provenance": request.provenance,
        "lignes": dict(rows),
        "definitions": _DEFINITIONS,
    }


def _silent(_step: str, _share: float) -> None:
    """Report nothing."""
