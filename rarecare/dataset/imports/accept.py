"""What an import would change, then accepting it as a new version; and going back to an older one."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from rarecare.dataset import versions
from rarecare.dataset.build import build_under_lock, inputs_digest
from rarecare.dataset.imports.apply import Changes, changes, check_mode, effective
from rarecare.dataset.imports.draft import Draft, References
from rarecare.dataset.imports.interrupted import clean_interrupted, pending
from rarecare.dataset.imports.journal import (
    Chain,
    ImportedRows,
    ImportEntry,
    chain_in_force,
    chain_of,
    new_import_id,
    now,
    plain_line,
    remember_chain,
    rows_content,
    said,
    write_import,
)
from rarecare.dataset.imports.official import with_sure_confidence
from rarecare.dataset.imports.removal import NOTHING, Removal, removal_of
from rarecare.dataset.imports.returns import recorded_return, settle_returns
from rarecare.dataset.imports.scopes import COMPLETE, scope_of
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
    scope : str
        What the mode ``remplacer`` replaces, see :mod:`rarecare.dataset.imports.scopes`; "" in the other mode.
    removal : Removal
        What is taken away, by part, and what leaves or comes back with a centre.
    """

    draft: Draft
    mode: str
    version: str
    changes: Changes
    problems: tuple[Problem, ...]
    scope: str = ""
    removal: Removal = NOTHING

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


def plan(
    settings: Settings,
    draft: Draft,
    mode: str = COMPLETE,
    *,
    scope: str = "",
    communes: Communes | None = None,
) -> Plan:
    """Return what a draft would change in the tables in force, and every rule that it would break; nothing is written.

    *scope* tells what the mode ``remplacer`` replaces, by default only what the file names; *communes* saves reading
    them again.
    Raises :class:`UserError` for a table that is not imported or does not know the mode or the scope.
    """
    check_mode(draft.table, mode)
    scope = scope_of(draft.table, mode, scope)
    version = versions.current_version(settings.build_dir) or ""
    chain = chain_in_force(settings)
    tables = effective(settings, chain)
    rows = _rows(draft, mode, scope)
    after = tables.with_rows(rows)
    table = tables.package.table(draft.table)
    known = load_communes(settings.geo_dir) if communes is None else communes
    problems = after.problems(
        known,
        frozenset(load_departements(settings.geo_dir)),
        since=tables if _held_every_rule(settings, version, chain) else None,
    )
    found = changes(tables.rows(draft.table), after.rows(draft.table), table)
    return Plan(
        draft,
        mode,
        version,
        found,
        tuple(sorted({*draft.problems, *_not_told(problems, draft)})),
        scope,
        removal_of(tables, after, rows, found.removed),
    )


def accept(
    settings: Settings,
    plan: Plan,
    *,
    source: Path | bytes,
    who: str,
    why: str,
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
        Told in the list of versions; one line each, both needed.
    expected_version : str, optional
        Version in force that the reader has seen; that of the plan by default.
    progress : callable, optional
        Called at each step of the build.

    Raises
    ------
    DataProblems
        The plan has problems, or the data changed so that rules are now broken.
    UserError
        Nothing would change, who or why is not said, another import came first, another build is running, or the disk
        refuses.
    """
    if plan.problems:
        raise DataProblems(plan.problems)
    who, why = said(who, why)
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
        clean_interrupted(settings)
        # a folder beside no list of imports would pass for a lost list
        remember_chain(settings, chain, even_empty=True)
        entry, rows = _entry(settings, plan, source, chain, who=who, why=why)
        with pending(settings, entry.import_id):
            folder = write_import(
                settings, entry, source=source, rows=rows, mapping=plan.draft.mapping.to_toml()
            )
            try:
                return build_under_lock(settings, (*chain, entry), progress=progress)
            except BaseException:
                # only when the build stopped short of its end: once in force, a version needs its imports
                if entry not in chain_in_force(settings):
                    shutil.rmtree(folder, ignore_errors=True)
                raise


def roll_back(settings: Settings, version: str, *, who: str, why: str) -> str:
    """Put an older version in force again, with the imports that it contains; return the version left.

    It stays in force until another import, another going back, or new code. Who, when and why are kept, see
    :mod:`rarecare.dataset.imports.returns`.

    Raises
    ------
    UserError
        No such version, a damaged one, the one in force already, who or why not said, or another build running.
    """
    who, why = said(who, why)
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
        settle_returns(settings)
        with recorded_return(
            settings, who=who, why=why, left=left, version=version, chain=chain
        ) as return_id:
            versions.put_in_force(settings.build_dir, version, return_id=return_id)
        remember_chain(settings, chain)
    return left


def _held_every_rule(settings: Settings, version: str, chain: Chain) -> bool:
    """Tell whether the tables in force were checked as they are: the data may have changed since the last build."""
    if not version:
        return False
    try:
        manifest = versions.read_manifest(settings.build_dir, version)
    except UserError:
        return False
    return bool(manifest["inputs_sha256"] == inputs_digest(settings, chain))


def _rows(draft: Draft, mode: str, scope: str) -> ImportedRows:
    frame = with_sure_confidence(draft.frame.reset_index(drop=True))
    given = {name for name in frame.columns if (frame[name] != "").any()} | set(draft.mapping.columns)
    places = draft.places.reset_index(drop=True)
    columns = frozenset(given & set(frame.columns))
    return ImportedRows(draft.table, mode, draft.file, columns, frame, places, scope=scope)


def _entry(
    settings: Settings, plan: Plan, source: Path | bytes, chain: Chain, *, who: str, why: str
) -> tuple[ImportEntry, bytes]:
    when = now()
    rows = _rows(plan.draft, plan.mode, plan.scope)
    content = rows_content(rows.frame, rows.places)
    sha256 = hashlib.sha256(source).hexdigest() if isinstance(source, bytes) else versions.file_sha256(source)
    counts = plan.changes
    entry = ImportEntry(
        import_id=new_import_id(settings.imports_dir, plan.table, sha256, when),
        table=plan.table,
        mode=plan.mode,
        who=who,
        when=when.isoformat(),
        why=why,
        file=plain_line(plan.draft.file),
        sha256=sha256,
        rows_sha256=hashlib.sha256(content).hexdigest(),
        rows=len(rows.frame),
        columns=tuple(sorted(rows.columns)),
        added=len(counts.added),
        changed=counts.changed_rows,
        removed=len(counts.removed),
        scope=plan.scope,
        set_aside=sum(plan.removal.set_aside_rows.values()),
        previous=chain[-1].import_id if chain else "",
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
