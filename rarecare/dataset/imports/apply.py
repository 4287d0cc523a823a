"""The tables in force: those of ``data/``, then each import of a chain applied in its order.

``completer``
    Rows are added, or changed when their primary key exists. A field that the file does not give keeps its value, save
    where the row comes from (provenance, confiance, source_url, note): that is now the file.
``remplacer``
    The rows that the file covers give way to those of the file: those of the réseaux, centres and years… that it names,
    or of the whole filière when asked, see :mod:`rarecare.dataset.imports.scopes`. A site under a new label keeps its
    identifier.

A centre that a list removes takes its patients and means with it: these rows are set aside, not lost, and come back
with the centre. Rows of a centre that was never there are no such rows: a rule tells them.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field

import pandas as pd

from rarecare.dataset.imports.journal import Chain, ImportedRows, read_rows
from rarecare.dataset.imports.scopes import COMPLETE, MODES, REPLACE, SCOPES, replaced_columns
from rarecare.dataset.latest import latest_rows
from rarecare.dataset.provenance import FICTITIOUS
from rarecare.dataset.rules import check_scans
from rarecare.dataset.tables import Package, Scan, Table, load_package, scan_table
from rarecare.errors import DataProblems, Problem, UserError
from rarecare.settings import Settings

NOT_IMPORTED = ("ajustements_routiers", "exceptions", "franchissements", "massifs", "reseau_routier")
"""Tables of RareCare itself, changed in ``data/`` and nowhere else: the road model and the decided exceptions."""

SOURCE_COLUMNS = ("provenance", "confiance", "source_url", "note")

CENTRES, CENTRE_KEY = "centres", "centre_id"


@dataclass(frozen=True, eq=False)
class SetAside:
    """Rows taken out of a table, with the place that each comes from (same index)."""

    frame: pd.DataFrame
    places: pd.DataFrame


@dataclass(frozen=True, eq=False)
class EffectiveTables:
    """All the tables of a version, all text, with the place that each row comes from.

    ``scans`` holds every table by name, its lines unique; ``places`` (file, sheet, line, import_id; same index) only
    the tables that an import touches: the lines of the others are those of their file in ``data/``. ``aside`` holds the
    centres that a list removed while others rows named them, and these rows, by table.
    """

    package: Package
    scans: Mapping[str, Scan]
    places: Mapping[str, pd.DataFrame]
    aside: Mapping[str, SetAside] = field(default_factory=dict)

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """Return the rows of every table, numbered from 0."""
        return {name: self.rows(name) for name in self.scans}

    def rows(self, name: str) -> pd.DataFrame:
        """Return the rows of one table, numbered from 0; raises :class:`UserError` on an unknown table."""
        self.package.table(name)
        return _frame_of(self.scans[name]).reset_index(drop=True)

    @property
    def fictitious(self) -> list[str]:
        """Return the names of the tables that hold made-up rows."""
        return [
            name
            for name, scan in self.scans.items()
            if scan.frame is not None
            and "provenance" in scan.frame
            and (scan.frame["provenance"] == FICTITIOUS).any()
        ]

    def problems(
        self,
        commune_codes: Container[str],
        departement_codes: frozenset[str],
        *,
        since: EffectiveTables | None = None,
    ) -> list[Problem]:
        """Return every violation of every rule, each told in the file it comes from.

        *since* are tables where every rule held: what cannot have changed since is not looked at again.
        """
        touched = None if since is None else self._touched_since(since)
        return check_scans(
            self.package, self.scans, commune_codes, departement_codes, places=self.places, touched=touched
        )

    def _touched_since(self, former: EffectiveTables) -> frozenset[str]:
        return frozenset(name for name, scan in self.scans.items() if scan is not former.scans.get(name))

    def with_rows(self, rows: ImportedRows) -> EffectiveTables:
        """Return the tables once the rows of one more import are applied."""
        table = self.package.table(rows.table)
        before = self._placed(rows.table)
        removed = self.aside[CENTRES].frame if rows.table == CENTRES and CENTRES in self.aside else None
        after = _applied(before, table, rows, removed)
        if rows.table != CENTRES:
            return self._with({rows.table: after}, self.aside)
        return self._with({CENTRES: after}, self.aside)._with_orphans_aside(before)

    def imported_keys(self, name: str, column: str) -> pd.DataFrame:
        """Return a column of the rows of a table that an import brought, each with its ``import_id``."""
        frame = _frame_of(self.scans[name])
        origins = self.places.get(name, pd.DataFrame({"import_id": ""}, index=frame.index))["import_id"]
        found = frame.loc[origins.ne(""), [column]].assign(import_id=origins[origins.ne("")])
        return found.reset_index(drop=True).astype("str")

    @property
    def aside_counts(self) -> pd.DataFrame:
        """Return how many rows are set aside: ``table``, ``centre_id``, ``lignes``; one row a table and centre."""
        counts = [
            part.frame.groupby(CENTRE_KEY).size().rename("lignes").reset_index().assign(table=name)
            for name, part in self.aside.items()
            if name != CENTRES
        ]
        columns = ["table", CENTRE_KEY, "lignes"]
        return pd.concat(counts, ignore_index=True)[columns] if counts else pd.DataFrame(columns=columns)

    @property
    def aside_rows(self) -> dict[str, int]:
        """Return how many rows of each table are set aside; tables without any are left out."""
        return {name: len(part.frame) for name, part in self.aside.items() if name != CENTRES}

    def _placed(self, name: str) -> SetAside:
        frame = _frame_of(self.scans[name])
        places = self.places.get(name)
        return SetAside(frame, _places_in_data(frame, self.package.table(name)) if places is None else places)

    def _with(self, changed: Mapping[str, SetAside], aside: Mapping[str, SetAside]) -> EffectiveTables:
        return EffectiveTables(
            self.package,
            {**self.scans, **{name: Scan(part.frame, ()) for name, part in changed.items()}},
            {**self.places, **{name: part.places for name, part in changed.items()}},
            aside,
        )

    def _with_orphans_aside(self, former: SetAside) -> EffectiveTables:
        """Return the tables, the rows of the centres that left set aside, those of the centres that came back put back.

        *former* holds the centres before.
        """
        present = _frame_of(self.scans[CENTRES])[CENTRE_KEY]
        left = former.frame[CENTRE_KEY][~former.frame[CENTRE_KEY].isin(present)]
        changed: dict[str, SetAside] = {}
        aside: dict[str, SetAside] = {}
        for table in self.package.tables:
            if table.name not in self.scans or not _hangs_on_centres(table):
                continue
            placed = self._placed(table.name)
            known = self.aside.get(table.name, _none_of(placed))
            out, back = placed.frame[CENTRE_KEY].isin(left), known.frame[CENTRE_KEY].isin(present)
            if out.any() or back.any():
                kept = _numbered(_joined(_part(placed, ~out), _part(known, back)), table)
                changed[table.name] = kept
            kept_aside = _joined(_part(known, ~back), _part(placed, out))
            if len(kept_aside.frame):
                aside[table.name] = kept_aside
        if aside:
            known = self.aside.get(CENTRES, _none_of(former))
            everyone = _joined(known, former)
            missed = pd.concat([part.frame[CENTRE_KEY] for part in aside.values()])
            aside[CENTRES] = _part(everyone, everyone.frame[CENTRE_KEY].isin(missed))
        return self._with(changed, aside)


@dataclass(frozen=True, eq=False)
class Changes:
    """What differs between two states of a table.

    ``added`` and ``removed`` hold whole rows; ``changed`` one row a changed cell: the primary key, then ``colonne``,
    ``avant`` and ``apres``. ``changed_rows`` counts the rows that have at least one changed cell.
    """

    table: str
    added: pd.DataFrame
    changed: pd.DataFrame
    removed: pd.DataFrame
    changed_rows: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (len(self.added) or self.changed_rows or len(self.removed))

    def counts(self) -> dict[str, int]:
        """Return how many rows are added, changed and removed, under French names."""
        return {
            "ajoutees": len(self.added), "changees": self.changed_rows, "retirees": len(self.removed)
        }  # fmt: skip


def effective(settings: Settings, chain: Chain) -> EffectiveTables:
    """Return the tables of ``data/`` with a chain of imports applied.

    Raises :class:`DataProblems` when a file of ``data/`` cannot be read and :class:`UserError` when an import is
    missing or was modified.
    """
    package = load_package(settings.data_dir)
    scans = {table.name: scan_table(table, package.directory) for table in package.tables}
    if any(scan.problems or scan.frame is None for scan in scans.values()) and chain:
        raise DataProblems(problem for scan in scans.values() for problem in scan.problems)
    tables = EffectiveTables(package, scans, {})
    for entry in chain:
        rows = read_rows(settings, entry, package.table(entry.table))
        tables = tables.with_rows(rows)
    return tables


def effective_tables(settings: Settings, chain: Chain) -> dict[str, pd.DataFrame]:
    """Return the rows of every table, ``data/`` then the chain; see :func:`effective`."""
    return effective(settings, chain).frames


def check_mode(table: str, mode: str) -> None:
    """Raise :class:`UserError` when a table cannot be imported, or not in this mode."""
    if table in NOT_IMPORTED:
        raise UserError(
            f"La table « {table} » ne s'importe pas",
            remedy="Elle fait partie de RareCare : la modifier dans le dossier data/, puis lancer « rarecare build ».",
        )
    if mode not in MODES:
        raise UserError(f"Mode inconnu : « {mode} »", remedy=f"Modes possibles : {', '.join(MODES)}.")
    if mode == REPLACE and table not in SCOPES:
        raise UserError(
            f"La table « {table} » ne connaît que le mode « {COMPLETE} »",
            remedy=f"Tables qui se remplacent : {', '.join(sorted(SCOPES))}.",
        )


def changes(before: pd.DataFrame, after: pd.DataFrame, table: Table) -> Changes:
    """Return what differs between two states of a table, by primary key; a repeated key counts once."""
    key = list(table.primary_key)
    columns = [name for name in before.columns if name in after.columns and name not in key]
    old, new = before.drop_duplicates(key), after.drop_duplicates(key)
    was, will = pd.MultiIndex.from_frame(old[key]), pd.MultiIndex.from_frame(new[key])
    stays = new[will.isin(was)].set_index(key)
    former = (
        old.set_index(key).loc[stays.index, columns] if len(stays) else old.iloc[:0].set_index(key)[columns]
    )
    different = stays[columns].ne(former)
    cells = [
        pd.DataFrame(
            {"colonne": name, "avant": former.loc[rows, name], "apres": stays.loc[rows, name]}
        ).reset_index()
        for name in columns
        if (rows := different[name]).any()
    ]
    nothing = pd.DataFrame(columns=[*key, "colonne", "avant", "apres"], dtype="str")
    changed = pd.concat(cells, ignore_index=True) if cells else nothing
    return Changes(
        table.name,
        new[~will.isin(was)].reset_index(drop=True),
        changed.sort_values(key, kind="stable").reset_index(drop=True),
        old[~was.isin(will)].reset_index(drop=True),
        int(different.any(axis=1).sum()),
    )


def _applied(before: SetAside, table: Table, rows: ImportedRows, removed: pd.DataFrame | None) -> SetAside:
    """Return a table once an import is applied; *removed* holds the centres set aside before."""
    key, frame = list(table.primary_key), before.frame
    gone = _share(frame, rows.frame, key)
    incoming = rows.frame
    if rows.mode == REPLACE:
        gone |= _share(frame, rows.frame, replaced_columns(table.name, rows.scope))
        if table.name == CENTRES:
            incoming = _same_centres(frame[gone], frame[~gone], incoming)
    else:
        incoming = _completed(rows, frame, table)
    if removed is not None:
        incoming = _same_centres(removed, frame, incoming)
    # two imports may have files of the same name
    shown = f"{rows.file} (import {rows.import_id})" if rows.import_id else rows.file
    own = rows.places[["sheet", "line"]].assign(file=shown, import_id=rows.import_id or "*")
    # a key repeated in the file stays repeated: a rule tells it at its line
    return _numbered(_joined(_part(before, ~gone), SetAside(incoming, own)), table)


def _hangs_on_centres(table: Table) -> bool:
    return any(key.table == CENTRES and key.fields == (CENTRE_KEY,) for key in table.foreign_keys)


def _part(placed: SetAside, wanted: pd.Series) -> SetAside:
    return SetAside(placed.frame[wanted], placed.places[wanted])


def _none_of(placed: SetAside) -> SetAside:
    return SetAside(placed.frame.iloc[:0], placed.places.iloc[:0])


def _joined(first: SetAside, second: SetAside) -> SetAside:
    return SetAside(
        pd.concat([first.frame, second.frame], ignore_index=True),
        pd.concat([first.places, second.places], ignore_index=True),
    )


def _numbered(placed: SetAside, table: Table) -> SetAside:
    """Return rows in the order of their key, numbered from 1."""
    order = placed.frame.sort_values(list(table.primary_key), kind="stable").index
    numbers = pd.RangeIndex(1, len(order) + 1, name="ligne")
    return SetAside(placed.frame.loc[order].set_axis(numbers), placed.places.loc[order].set_axis(numbers))


def _same_centres(replaced: pd.DataFrame, others: pd.DataFrame, incoming: pd.DataFrame) -> pd.DataFrame:
    """Return the incoming sites under the identifier of the row that each replaces: a new label is no new centre.

    The patients, means and links of a centre hang on its identifier. Of several rows of a réseau at a hospital, the
    newest label takes that of the newest one replaced, unless another row has it.
    """
    pair = ["reseau_id", "etablissement_id"]
    former = replaced[latest_rows(replaced)].drop_duplicates(pair)
    known = dict(zip(former[pair].itertuples(index=False, name=None), former["centre_id"], strict=True))
    taken = {*others["centre_id"], *incoming["centre_id"]}
    newest = latest_rows(incoming) & ~incoming["centre_id"].isin(replaced["centre_id"])
    identifiers = incoming["centre_id"].copy()
    for row, key in zip(
        incoming.index[newest], incoming.loc[newest, pair].itertuples(index=False, name=None), strict=True
    ):
        identifier = known.get(key, "")
        if identifier and identifier not in taken:
            identifiers[row] = identifier
            taken.add(identifier)
    return incoming.assign(centre_id=identifiers)


def _share(frame: pd.DataFrame, incoming: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Return which rows have, in some columns, the values of an incoming row."""
    theirs = pd.MultiIndex.from_frame(incoming[columns])
    return pd.Series(pd.MultiIndex.from_frame(frame[columns]).isin(theirs), index=frame.index)


def _completed(rows: ImportedRows, frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the incoming rows, the fields that the file does not give taken from the rows of the same key."""
    key = list(table.primary_key)
    given = {*rows.columns, *key, *SOURCE_COLUMNS}
    kept = [name for name in table.columns if name not in given]
    if not kept or rows.frame.empty:
        return rows.frame
    known = frame.drop_duplicates(key).set_index(key)[kept]
    wanted = pd.MultiIndex.from_frame(rows.frame[key]) if len(key) > 1 else pd.Index(rows.frame[key[0]])
    former = known.reindex(wanted).set_axis(rows.frame.index)
    return rows.frame.assign(
        **{name: former[name].where(former[name].notna(), rows.frame[name]) for name in kept}
    )


def _places_in_data(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    lines = frame.index.to_numpy()
    return pd.DataFrame({"file": table.file, "sheet": "", "line": lines, "import_id": ""}, index=frame.index)


def _frame_of(scan: Scan) -> pd.DataFrame:
    if scan.frame is None:
        raise DataProblems(scan.problems)
    return scan.frame
