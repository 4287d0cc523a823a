"""Check every rule on the tables of ``data/`` at once.

``python -m rarecare.dataset.rules`` prints the catalogue of the rules, which ``docs/regles-donnees.md`` holds.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from rarecare.dataset import count_rules, domain_rules, schema_rules
from rarecare.dataset.rule_registry import REGISTRY, Context, Finding, Rule
from rarecare.dataset.tables import SHAPE_RULES, Package, Scan, load_package, scan_table, shape_problem
from rarecare.errors import DataProblems, Problem

RULE_MODULES = (count_rules, domain_rules, schema_rules)
"""The modules that fill the registry as they are imported."""

EXCEPTIONS = "exceptions"
_EARLIER_ROWS = (
    "Des lignes d'un import précédent sont en cause : importer le total et ses parties dans un même fichier, ou "
    "remplacer ces lignes (mode « remplacer »)."
)
_Places = Mapping[int, tuple[str, str, int]]
EXCEPTION_RULES = {
    "exception-inconnue": (
        "L'exception cite une règle qui n'existe pas",
        "Prendre l'identifiant de la règle dans docs/regles-donnees.md.",
    ),
    "exception-perimee": (
        "L'exception ne correspond plus à aucune anomalie",
        "Retirer la ligne : l'anomalie a été corrigée, ou la clé a changé.",
    ),
}


def check_tables(
    data_dir: Path, commune_codes: Container[str], departement_codes: Iterable[str]
) -> list[Problem]:
    """Return every violation of every rule, sorted by file and line; an empty list when all is well.

    *commune_codes* holds the codes of communes and of the municipal arrondissements of Paris, Lyon and Marseille;
    *departement_codes* those of the 101 départements. A place listed in ``data/exceptions.csv`` is not reported.
    """
    try:
        package = load_package(data_dir)
    except DataProblems as error:
        return error.problems
    scans = {table.name: scan_table(table, data_dir) for table in package.tables}
    return check_scans(package, scans, commune_codes, frozenset(departement_codes))


def check_scans(
    package: Package,
    scans: Mapping[str, Scan],
    commune_codes: Container[str],
    departement_codes: frozenset[str],
    *,
    places: Mapping[str, pd.DataFrame] | None = None,
    touched: frozenset[str] | None = None,
) -> list[Problem]:
    """Return every violation of every rule in tables already read; see :func:`check_tables`.

    *touched* names the tables that changed since every rule held: what cannot have changed is then not looked at again.

    *places* (file, sheet, line, import_id; index of the frame) tells, for a table that imports have changed, which file
    each row comes from. With imports, an exception that matches nothing any more is no violation: an import may well
    have settled what it excused.
    """
    places = places or {}
    frames = {name: scan.frame for name, scan in scans.items() if scan.frame is not None}
    imported = {name: frozenset(rows.index[rows["import_id"] != ""]) for name, rows in places.items()}
    context = Context(package, frames, commune_codes, departement_codes, imported, touched)
    accepted = _Exceptions(context.frames.get(EXCEPTIONS))
    of_line = {
        name: {
            line: (file, sheet, at) for line, file, sheet, at in rows[["file", "sheet", "line"]].itertuples()
        }
        for name, rows in places.items()
    }
    problems = [problem for scan in scans.values() for problem in scan.problems]
    problems += _undescribed_files(package)
    for rule in REGISTRY.rules.values():
        if rule.concerns(touched):
            problems += _broken(rule, context, scans, accepted, of_line)
    stale = accepted.problems(context, package)
    problems += [problem for problem in stale if not (places and problem.slug == "exception-perimee")]
    return sorted(problems)


def rules_document() -> str:
    """Return the French catalogue of the rules, in Markdown."""
    shape = _lines(SHAPE_RULES)
    content = _lines({rule.slug: (rule.title, rule.remedy) for rule in REGISTRY.rules.values()})
    return (
        "# Règles sur les données\n\n"
        "Chaque table du dossier `data/` passe par ces règles à chaque construction et à chaque importation.\n"
        "Toutes les anomalies sont dites ensemble : fichier, ligne, colonne et identifiant de la règle.\n"
        "Une anomalie connue et acceptée s'écrit dans `data/exceptions.csv` avec sa raison.\n"
        "Ce document est produit par `python -m rarecare.dataset.rules`.\n\n"
        f"## Forme des fichiers\n\n{shape}\n## Contenu\n\n{content}\n"
        f"## Exceptions\n\n{_lines(EXCEPTION_RULES)}"
    )


def _lines(rules: Mapping[str, tuple[str, str]]) -> str:
    rows = "".join(f"| `{slug}` | {title} | {remedy} |\n" for slug, (title, remedy) in rules.items())
    return f"| Règle | Anomalie | Que faire |\n|---|---|---|\n{rows}"


def _broken(
    rule: Rule,
    context: Context,
    scans: Mapping[str, Scan],
    accepted: _Exceptions,
    places: Mapping[str, _Places],
) -> Iterator[Problem]:
    if not set(rule.tables) <= set(context.frames):
        return
    for finding in rule.find(context):
        if finding.line in scans[finding.table].broken or accepted.covers(rule.slug, finding):
            continue
        of = places.get(finding.table, {})
        file, sheet, line = of.get(
            finding.line, (context.package.table(finding.table).file, "", finding.line)
        )
        details = [finding.detail, _against(finding, of)] if of else [finding.detail]
        detail = " ; ".join(part for part in details if part)
        title = f"{rule.title} ({detail})" if detail else rule.title
        elsewhere = any(of[other][0] != file for other, _ in finding.against if other in of)
        remedy = f"{rule.remedy} {_EARLIER_ROWS}" if elsewhere else rule.remedy
        yield Problem(file, int(line), finding.column, rule.slug, finding.value[:120], title, remedy, sheet)


def _against(finding: Finding, places: _Places) -> str:
    """Return the rows that a finding contradicts, by file and line; never what they count."""
    own = places.get(finding.line, ("", "", 0))[0]
    told = []
    for other, about in finding.against:
        file, sheet, line = places.get(other, ("", "", 0))
        of_sheet = f", feuille « {sheet} »" if sheet else ""
        told.append(f"{'' if file == own else f'{file}{of_sheet}, '}ligne {line} ({about})")
    return f"en cause : {', '.join(told)}" if told else ""


def _undescribed_files(package: Package) -> Iterator[Problem]:
    described = {table.file for table in package.tables}
    for path in sorted(package.directory.glob("*.csv")):
        if path.name not in described:
            yield shape_problem(path.name, "table-non-decrite")


class _Exceptions:
    """The decided exceptions, which remember what they covered."""

    def __init__(self, frame: pd.DataFrame | None) -> None:
        rows = [] if frame is None else frame[["slug", "table", "cle"]].itertuples(name=None)
        self.lines = {(slug, table, key): line for line, slug, table, key in rows}
        self.used: set[tuple[str, str, str]] = set()

    def covers(self, slug: str, finding: Finding) -> bool:
        place = (slug, finding.table, finding.key)
        if place in self.lines:
            self.used.add(place)
            return True
        return False

    def problems(self, context: Context, package: Package) -> Iterator[Problem]:
        for (slug, table, key), line in self.lines.items():
            if slug not in REGISTRY.rules:
                yield self._problem(package, line, "slug", "exception-inconnue", slug)
            elif self._was_checked(slug, table, context) and (slug, table, key) not in self.used:
                yield self._problem(package, line, "cle", "exception-perimee", key)

    def _was_checked(self, slug: str, table: str, context: Context) -> bool:
        # a table that could not be read says nothing about its exceptions
        return set(REGISTRY.rules[slug].tables) | (
            {table} & {described.name for described in context.package.tables}
        ) <= set(context.frames)

    def _problem(self, package: Package, line: int, column: str, slug: str, value: str) -> Problem:
        rule, remedy = EXCEPTION_RULES[slug]
        return Problem(package.table(EXCEPTIONS).file, line, column, slug, value, rule, remedy)


if __name__ == "__main__":
    print(rules_document(), end="")
