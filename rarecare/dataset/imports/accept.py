"""What an import would change, then accepting it as a new version; and going back to an older one."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from rarecare.dataset import versions
from rarecare.dataset.build import build_under_lock
from rarecare.dataset.imports.apply import (
    COMPLETE,
    Changes,
    changes,
    check_mode,
    effective,
)
from rarecare.dataset.imports.draft import Draft, References
from rarecare.dataset.imports.journal import (
    ImportedRows,
    ImportEntry,
    chain_in_force,
    chain_of,
    new_import_id,
    now,
    plain_line,
    remember_chain,
    rows_content,
    write_import,
)
from rarecare.dataset.store import TRAVEL_DIR
from rarecare.errors import DataProblems, Problem, UserError
from rarecare.settings import Settings
from rarecare.territory.communes import Communes, load_communes
from rarecare.territory.names import load_departements
from rarecare.travel.matrix import TravelMatrix

Progress = Callable[[str, float], None]

ANOTHER_CAME_FIRST = "Un autre import est passé entre-temps"


@dataclass(frozen=True, eq=False)
class Plan:
    """What accepting a draft would do.

    Parameters
    ----------
    draft : Draft
        The rows of the file.
    mode : str
        ``completer`` or ``remplacer``, see :mod:`rarecare.dataset.imports.apply`.
    version : str
        Version in force when the plan was made, "" when nothing was built.
    changes : Changes
        What the table would gain, change and lose.
    problems : tuple of Problem
        Everything that stands in the way, those of the draft included, sorted: the plan can be accepted when empty.
    """

    draft: Draft
    mode: str
    version: str
    changes: Changes
    problems: tuple[Problem, ...]

    @property
    def table(self) -> str:
        """Name of the table."""
        return self.draft.table

    @property
    def is_acceptable(self) -> bool:
        """Whether nothing stands in the way and something would change."""
        return not self.problems and not self.changes.is_empty


def references(settings: Settings) -> References:
    """Return what the names and codes of a file are looked up in: the tables in force, communes, départements.

    Raises :class:`UserError` like :func:`rarecare.dataset.imports.apply.effective`.
    """
    names = {
        departement.code: departement.nom for departement in load_departements(settings.geo_dir).values()
    }
    return References.of(
        effective(settings, chain_in_force(settings)).frames,
        communes=load_communes(settings.geo_dir),
        departements=names,
    )


def plan(settings: Settings, draft: Draft, mode: str = COMPLETE, *, communes: Communes | None = None) -> Plan:
    """Return what a draft would change in the tables in force, and every rule that it would break; nothing is written.

    *communes* saves reading them again.
    Raises :class:`UserError` for a table that is not imported or does not know the mode.
    """
    check_mode(draft.table, mode)
    version = versions.current_version(settings.build_dir) or ""
    tables = effective(settings, chain_in_force(settings))
    after = tables.with_rows(_rows(draft, mode))
    table = tables.package.table(draft.table)
    known = load_communes(settings.geo_dir) if communes is None else communes
    problems = after.problems(known, frozenset(load_departements(settings.geo_dir)))
    return Plan(
        draft,
        mode,
        version,
        changes(tables.rows(draft.table), after.rows(draft.table), table),
        tuple(sorted({*draft.problems, *_not_told(problems, draft)})),
    )


def accept(
    settings: Settings,
    plan: Plan,
    *,
    source: Path | bytes,
    who: str,
    why: str = "",
    expected_version: str | None = None,
    progress: Progress | None = None,
) -> str:
    """Keep the file and its rows for ever, build the version that contains them and put it in force; return its name.

    Killed at any moment, the version in force stays as it was or the new one is whole.

    Parameters
    ----------
    settings : Settings
        Where imports and versions are.
    plan : Plan
        What the reader has seen and agreed to.
    source : Path or bytes
        The file as it was received.
    who, why : str
        Told in the list of versions; one line each.
    expected_version : str, optional
        Version in force that the reader has seen; that of the plan by default.
    progress : callable, optional
        Called at each step of the build.

    Raises
    ------
    DataProblems
        The plan has problems, or the data changed so that rules are now broken.
    UserError
        Nothing would change, another import came first, another build is running, or the disk refuses.
    """
    if plan.problems:
        raise DataProblems(plan.problems)
    if plan.changes.is_empty:
        raise UserError(
            "Cet import ne change rien",
            where=plan.draft.file,
            remedy="Les lignes du fichier sont déjà en service.",
        )
    expected = plan.version if expected_version is None else expected_version
    with versions.build_lock(settings.build_dir):
        if (versions.current_version(settings.build_dir) or "") != expected:
            raise UserError(
                ANOTHER_CAME_FIRST,
                where=plan.draft.file,
                remedy="Relire ce qui va changer par rapport à la version en service, puis recommencer.",
            )
        chain = chain_in_force(settings)
        entry, rows = _entry(settings, plan, source, who=who, why=why)
        folder = write_import(settings, entry, source=source, rows=rows, mapping=plan.draft.mapping.to_toml())
        try:
            return build_under_lock(settings, (*chain, entry), progress=progress)
        except BaseException:
            # only when the build stopped short of its end: once in force, a version needs its imports
            if entry not in chain_in_force(settings):
                shutil.rmtree(folder, ignore_errors=True)
            raise


def roll_back(settings: Settings, version: str) -> str:
    """Put an older version in force again, with the imports that it contains; return the version left.

    It stays in force until another import, another going back, or new code.

    Raises
    ------
    UserError
        No such version, a damaged one, the one in force already, or another build running.
    """
    with versions.build_lock(settings.build_dir):
        left = versions.current_version(settings.build_dir) or ""
        directory = versions.version_dir(settings.build_dir, version)
        if Path(version).name != version or not directory.is_dir():
            raise UserError(
                f"Version inconnue : « {version} »", remedy="Choisir une version de « rarecare versions »."
            )
        if version == left:
            raise UserError(f"La version « {version} » est déjà en service", remedy="En choisir une autre.")
        manifest = versions.read_manifest(settings.build_dir, version)
        versions.check_files(directory, manifest)
        TravelMatrix.load(directory / TRAVEL_DIR)
        chain = chain_of(manifest)
        versions.put_in_force(settings.build_dir, version)
        remember_chain(settings, chain)
    return left


def _rows(draft: Draft, mode: str) -> ImportedRows:
    frame = draft.frame.reset_index(drop=True)
    given = {name for name in frame.columns if (frame[name] != "").any()} | set(draft.mapping.columns)
    places = draft.places.reset_index(drop=True)
    return ImportedRows(draft.table, mode, draft.file, frozenset(given & set(frame.columns)), frame, places)


def _entry(
    settings: Settings, plan: Plan, source: Path | bytes, *, who: str, why: str
) -> tuple[ImportEntry, bytes]:
    when = now()
    rows = _rows(plan.draft, plan.mode)
    content = rows_content(rows.frame, rows.places)
    sha256 = hashlib.sha256(source).hexdigest() if isinstance(source, bytes) else versions.file_sha256(source)
    counts = plan.changes
    entry = ImportEntry(
        import_id=new_import_id(settings.imports_dir, plan.table, sha256, when),
        table=plan.table,
        mode=plan.mode,
        who=plain_line(who) or "inconnu",
        when=when.isoformat(),
        why=plain_line(why),
        file=plain_line(plan.draft.file),
        sha256=sha256,
        rows_sha256=hashlib.sha256(content).hexdigest(),
        rows=len(rows.frame),
        columns=tuple(sorted(rows.columns)),
        added=len(counts.added),
        changed=counts.changed_rows,
        removed=len(counts.removed),
    )
    return entry, content


def _not_told(problems: list[Problem], draft: Draft) -> list[Problem]:
    """Return what the rules say, under the headings of the file.

    Left out: what they say of a cell that the draft has told, which is empty as it could not be read.
    """
    told = {(problem.sheet, problem.line, problem.column) for problem in draft.problems}
    heading = draft.mapping.columns
    shown = [
        replace(problem, column=heading.get(problem.column, problem.column))
        if problem.file == draft.file
        # what others supplied may be a count that this reader is not to see
        else replace(problem, value="")
        for problem in problems
    ]
    return [
        problem
        for problem in shown
        if not (problem.file == draft.file and (problem.sheet, problem.line, problem.column) in told)
    ]
