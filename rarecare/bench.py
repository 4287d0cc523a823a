"""The budgets of the design, measured on this machine.

Seconds vary with the machine: what can be compared with a peer is also given as a ratio, peer ÷ ours.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from rarecare.access.selection import Selection
from rarecare.dataset.build import load_graph
from rarecare.dataset.store import shared_dataset
from rarecare.errors import UserError
from rarecare.indicators.frames import indicator_table
from rarecare.indicators.view import SelectionAccess
from rarecare.settings import Settings
from rarecare.territory.communes import load_communes
from rarecare.travel.matrix import compute_matrix

_MATRIX_SOURCES = 350
_REPEATS = 15


@dataclass(frozen=True)
class Measure:
    """One figure against its budget.

    ``budget`` is the largest value allowed, or the smallest ratio when ``peer`` is named. ``sizes`` says on what,
    or why nothing was measured when ``value`` is None.
    """

    name: str
    value: float | None
    unit: str
    budget: float | None
    ok: bool | None
    peer: str | None = None
    ratio: float | None = None
    sizes: str = ""

    def record(self) -> dict[str, Any]:
        """Return the measure as a row for JSON and CSV."""
        return asdict(self)


Benchmark = Callable[[Settings], Iterator[Measure]]


def run(settings: Settings, names: tuple[str, ...] = (), *, events: int | None = None) -> list[Measure]:
    """Run the named benchmarks, or all of them; ``events`` is the size of « caseload ».

    Raises :class:`UserError` for an unknown name.
    """
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        raise UserError(
            f"Mesure inconnue : {', '.join(unknown)}", remedy=f"Mesures possibles : {', '.join(BENCHMARKS)}."
        )
    chosen = BENCHMARKS if events is None else BENCHMARKS | {"caseload": partial(_caseload, events=events)}
    return [measure for name in (names or chosen) for measure in chosen[name](settings)]


def machine() -> str:
    """Return what the figures were measured on, in French."""
    return f"{os.cpu_count()} cœurs, Python {sys.version.split()[0]}, {sys.platform}"


def within(name: str, value: float, unit: str, budget: float, sizes: str) -> Measure:
    """Return a measure that must not exceed its budget."""
    return Measure(name, round(value, 4), unit, budget, value <= budget, sizes=sizes)


def _build(settings: Settings) -> Iterator[Measure]:
    with tempfile.TemporaryDirectory() as directory:
        environment = os.environ | {"RARECARE_BUILD_DIR": directory}
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "rarecare", "build", "--force", "--quiet"],
            check=True, env=environment, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        seconds = time.perf_counter() - start
    memory_gb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    sizes = f"{len(load_communes(settings.geo_dir).codes)} communes"
    yield within("build_seconds", seconds, "s", 15.0, sizes)
    yield within("build_memory", memory_gb, "Go", 2.0, sizes)


def _matrix(settings: Settings) -> Iterator[Measure]:
    communes = load_communes(settings.geo_dir)
    graph = load_graph(settings, communes)
    largest = np.argsort(-np.asarray(communes.population))[:_MATRIX_SOURCES]
    sources = [str(communes.codes[rank]) for rank in largest]
    start = time.perf_counter()
    matrix = compute_matrix(graph, sources)
    sizes = f"{len(sources)} sites × {len(communes.codes)} communes"
    yield within("matrix_seconds", time.perf_counter() - start, "s", 5.0, sizes)
    yield within("matrix_memory", (matrix.tenths.nbytes + matrix.by_ferry.nbytes) / 1e6, "Mo", 50.0, sizes)


def _selection(settings: Settings) -> Iterator[Measure]:
    dataset = shared_dataset(settings)
    selection = Selection(filiere="RESPIFIL")
    sites = SelectionAccess(dataset, selection)
    sizes = f"{len(sites.rows)} lieux × {len(dataset.communes.codes)} communes"
    seconds = _median_seconds(lambda: SelectionAccess(dataset, selection).rows)
    yield Measure(
        "selection_query_ms", round(1000 * seconds, 3), "ms", None, None, sizes=f"{len(sites.sites)} sites"
    )
    seconds = _median_seconds(lambda: _nearest_and_coverage(sites))
    yield within("nearest_coverage_ms", 1000 * seconds, "ms", 20.0, sizes)
    seconds = _median_seconds(lambda: indicator_table(SelectionAccess(dataset, selection), "departement"))
    yield within("indicators_departement_ms", 1000 * seconds, "ms", 150.0, sizes)


def _nearest_and_coverage(known: SelectionAccess) -> None:
    """Measure a selection anew from the sites already found: their query is timed apart."""
    access = SelectionAccess(known.dataset, known.selection)
    access.__dict__.update(sites=known.sites, rows=known.rows)
    _ = access.by("departement").measures


def _access(settings: Settings) -> Iterator[Measure]:
    from rarecare.bench_access import PEER, E2sfcaCase, paired_seconds, peer_is_installed

    yield from _selection(settings)
    access = SelectionAccess(shared_dataset(settings), Selection(filiere="RESPIFIL"))
    case = E2sfcaCase.of(access)
    pairs = case.pairs()
    sizes = f"{len(access.rows)} lieux × {len(case.demand)} communes, {len(pairs)} paires à portée"
    if not peer_is_installed():
        seconds = _median_seconds(case.ours)
        absent = f"{PEER} : non comparé, paquet « access » absent (make install-dev l'ajoute)"
        yield Measure("e2sfca_ms", round(1000 * seconds, 3), "ms", None, None, peer=absent, sizes=sizes)
        return
    ours, peer = paired_seconds(case)
    ratio = peer / ours
    yield Measure(
        "e2sfca_ms", round(1000 * ours, 3), "ms", 20.0, ratio >= 20.0, peer=PEER, ratio=round(ratio, 1), sizes=sizes
    )  # fmt: skip


def _pages(settings: Settings) -> Iterator[Measure]:
    from rarecare.ui.page_timing import page_seconds  # Streamlit is heavy and only needed here

    for slug, (cold, warm_p95) in page_seconds(settings).items():
        yield within(f"page_{slug}_cold_s", cold, "s", 1.5, "première exécution du script")
        yield within(f"page_{slug}_warm_p95_ms", 1000 * warm_p95, "ms", 150.0, "script complet, réexécuté")


def _maps(settings: Settings) -> Iterator[Measure]:
    from rarecare.bench_maps import PAGES, map_times, naive_bytes, why_not

    budgets = {
        "first_map": ("s", 2.5),
        "map_after_filter": ("ms", 500.0),
        "websocket_filter": ("octets", 20_000.0),
    }
    if missing := why_not():
        for page in PAGES:
            for name, (unit, budget) in budgets.items():
                yield Measure(f"{page}_{name}", None, unit, budget, None, sizes=missing)
        return
    naive = naive_bytes(settings)
    for page, times in map_times(settings).items():
        visits, changes = f"{len(times.first_seconds)} visites", f"{len(times.change_seconds)} changements"
        first, change = statistics.median(times.first_seconds), statistics.median(times.change_seconds)
        values = {
            "first_map": (first, f"médiane, {visits} sans rien en mémoire du navigateur"),
            "map_after_filter": (1000 * change, f"médiane, {changes}, du clic à la carte"),
            "websocket_filter": (max(times.change_bytes), f"maximum, {changes}, après compression"),
        }
        for name, (value, sizes) in values.items():
            measure = within(f"{page}_{name}", value, *budgets[name], sizes)
            if name == "websocket_filter":
                measure = replace(measure, peer="folium.Choropleth", ratio=round(naive / value, 1))
            yield measure


def _crowd(settings: Settings) -> Iterator[Measure]:
    from rarecare.bench_maps import running_server
    from rarecare.ui.crowd_timing import READERS, crowd_p95_seconds

    filieres = shared_dataset(settings).query("filieres_choices")["code"].tolist()
    with running_server(settings) as url:
        seconds = crowd_p95_seconds(url, filieres)
    yield within(
        "crowd_click_p95_s",
        seconds,
        "s",
        2.0,
        f"{READERS} sessions qui cliquent au même instant, page Couverture",
    )


def _caseload(settings: Settings, *, events: int | None = None) -> Iterator[Measure]:
    from rarecare.bench_caseload import BUDGET_EVENTS, BUDGET_GB, BUDGET_SECONDS, DEFAULT_EVENTS, timed_runs

    for run_ in timed_runs(settings, events or DEFAULT_EVENTS):
        full = run_.events >= BUDGET_EVENTS
        found = (
            ("caseload_seconds", run_.seconds, "s", BUDGET_SECONDS if full else None),
            ("caseload_cpu_seconds", run_.cpu_seconds, "s de cœur", None),
            ("caseload_memory", run_.memory_gb, "Go", BUDGET_GB),
        )
        for name, value, unit, budget in found:
            kept = None if budget is None else value <= budget
            yield Measure(name, round(value, 3), unit, budget, kept, sizes=run_.sizes)


def _median_seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(_REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


BENCHMARKS: dict[str, Benchmark] = {
    "build": _build,
    "matrix": _matrix,
    "access": _access,
    "pages": _pages,
    "crowd": _crowd,
    "caseload": _caseload,
    "maps": _maps,
}
"""Benchmarks by name, in the order in which they run."""
