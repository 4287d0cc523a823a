"""The tables in force: those of ``data/``, then each import of a chain applied in its order.

``completer``
    Rows are added, or changed when their primary key exists. A field that the file does not give keeps its value, save
    where the row comes from (provenance, confiance, source_url, note): that is now the file.
``remplacer``
    The rows that the file covers, for the filières (centres, réseaux, acteurs…) or the centres and years (files
    actives, moyens) it names, give way to those of the file. A site under a new label keeps its identifier.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

import pandas as pd

from rarecare.dataset.imports.journal import Chain, ImportedRows, read_rows
from rarecare.dataset.latest import latest_rows
from rarecare.dataset.provenance import FICTITIOUS
from rarecare.dataset.rules import check_scans
from rarecare.dataset.tables import Package, Scan, Table, load_package, scan_table
from rarecare.errors import DataProblems, Problem, UserError
from rarecare.settings import Settings

COMPLETE, REPLACE = "completer", "remplacer"
MODES = (COMPLETE, REPLACE)

REPLACED_BY: Mapping[str, tuple[str, ...]] = {
    "acteurs": ("filiere",),
    "centres": ("filiere",),
    "file_active": ("centre_id", "annee"),
    "file_active_territoire": ("filiere", "annee"),
    "groupes_maladies": ("filiere",),
    "historique_labels": ("reseau_id",),
    "maladies": ("filiere",),
    "modificateurs_regionaux": ("groupe_maladie",),
    "moyens": ("centre_id", "annee"),
    "reseaux": ("filiere",),
}
"""What the mode ``remplacer`` replaces in each table that knows it: the rows that share these values with the file."""

NOT_IMPORTED = ("ajustements_routiers", "exceptions", "franchissements", "massifs", "reseau_routier")
"""Tables of RareCare itself, changed in ``data/`` and nowhere else: the road model and the decided exceptions."""

SOURCE_COLUMNS = ("provenance", "confiance", "source_url", "note")


@dataclass(frozen=True, eq=False)
class EffectiveTables:
    """All the tables of a version, all text, with the place that each row comes from.

    ``scans`` holds every table by name, its lines unique; ``places`` (file, sheet, line, import_id; same index) only
    the tables that an import touches: the lines of the others are those of their file in ``data/``.
    """

    package: Package
    scans: Mapping[str, Scan]
    places: Mapping[str, pd.DataFrame]

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

    def problems(self, commune_codes: Container[str], departement_codes: frozenset[str]) -> list[Problem]:
        """Return every violation of every rule, each told in the file it comes from."""
        return check_scans(self.package, self.scans, commune_codes, departement_codes, places=self.places)

    def with_rows(self, rows: ImportedRows) -> EffectiveTables:
        """Return the tables once the rows of one more import are applied."""
        table = self.package.table(rows.table)
        frame = _frame_of(self.scans[rows.table])
        before = self.places.get(rows.table, _places_in_data(frame, table))
        after, places = _applied(frame, before, table, rows)
        return EffectiveTables(
            self.package,
            {**self.scans, rows.table: Scan(after, ())},
            {**self.places, rows.table: places},
        )


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
    if mode == REPLACE and table not in REPLACED_BY:
        raise UserError(
            f"La table « {table} » ne connaît que le mode « {COMPLETE} »",
            remedy=f"Tables qui se remplacent : {', '.join(sorted(REPLACED_BY))}.",
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


def _applied(
    frame: pd.DataFrame, places: pd.DataFrame, table: Table, rows: ImportedRows
) -> tuple[pd.DataFrame, pd.DataFrame]:
    key = list(table.primary_key)
    gone = _share(frame, rows.frame, key)
    incoming = rows.frame
    if rows.mode == REPLACE:
        gone |= _share(frame, rows.frame, list(REPLACED_BY[table.name]))
        if table.name == "centres":
            incoming = _same_centres(frame[gone], frame[~gone], incoming)
    else:
        incoming = _completed(rows, frame, table)
    # a key repeated in the file stays repeated: a rule tells it at its line
    whole = pd.concat([frame[~gone], incoming], ignore_index=True)
    # two imports may have files of the same name
    shown = f"{rows.file} (import {rows.import_id})" if rows.import_id else rows.file
    own = rows.places[["sheet", "line"]].assign(file=shown, import_id=rows.import_id or "*")
    origins = pd.concat([places[~gone], own], ignore_index=True)
    order = whole.sort_values(key, kind="stable").index
    numbers = pd.RangeIndex(1, len(whole) + 1, name="ligne")
    return whole.loc[order].set_axis(numbers), origins.loc[order].set_axis(numbers)


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
