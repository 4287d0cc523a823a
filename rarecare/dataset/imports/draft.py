"""From the sheet of a reader to rows of a table: everything that can be cleaned is, everything else is told at once.

``python -m rarecare.dataset.imports.draft`` prints the table of the rules, which ``docs/imports.md`` holds.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import pandas as pd

from rarecare.dataset.count_rules import LARGEST
from rarecare.dataset.imports.headings import headings_of, lexicon_of, mappable_fields
from rarecare.dataset.imports.lookups import Lookups, References, stands_for
from rarecare.dataset.imports.mapping import Mapping, missing_fields
from rarecare.dataset.imports.names import NAME_RULES, AcceptedMatch, DoubtfulMatch, HospitalMatch
from rarecare.dataset.imports.personal import PERSONAL, personal_kind, traces
from rarecare.dataset.imports.plausible import DOUBT_RULES, JUMP, doubts
from rarecare.dataset.imports.refusals import column_letters
from rarecare.dataset.imports.rows import Fault, RawRows, mapping_faults, raw_rows, sheet_of, usable_part
from rarecare.dataset.imports.sources import Sheet, Source
from rarecare.dataset.imports.telling import Told
from rarecare.dataset.imports.unread import UNREAD, UnreadColumn, unread_columns
from rarecare.dataset.imports.values import (
    CHANGES,
    VALUE_RULES,
    Cleaned,
    Cleaner,
    is_missing,
    or_missing,
    squeezed,
)
from rarecare.dataset.tables import Table
from rarecare.errors import Problem
from rarecare.french import counted, listing, typography

__all__ = [
    "MAPPING_RULES",
    "AcceptedMatch",
    "DoubtfulMatch",
    "Draft",
    "References",
    "prepare",
    "problems_frame",
]

MAXIMUM_PROBLEMS, MAXIMUM_OF_A_RULE = 5000, 1000
"""Beyond these counts, in all or of one rule, problems are no longer told one by one; the last one counts them."""

MAXIMUM_DOUBTS = 200
"""Beyond this count what deserves a second look is only counted."""

MAXIMUM_ASKED = 500
"""Beyond this count of names that are not recognised, the column is not one of hospitals: no more are looked up."""

FILE_RULES: MappingType[str, tuple[str, str]] = MappingProxyType(
    {
        "correspondance-d-une-autre-table": (
            "La correspondance des colonnes est celle d'une autre table",
            "Choisir la correspondance de cette table, ou laisser l'assistant en proposer une.",
        ),
        "feuille-introuvable": (
            "La feuille n'est pas dans le fichier",
            "Choisir une feuille du fichier.",
        ),
        "en-tete-introuvable": (
            "La ligne d'en-tête est après la fin de la feuille",
            "Indiquer la ligne qui porte les intitulés.",
        ),
        "intitule-introuvable": (
            "L'intitulé n'est pas dans l'en-tête",
            "Corriger l'intitulé dans le fichier, ou choisir une autre colonne dans l'assistant.",
        ),
        "champ-inconnu": (
            "La correspondance nomme un champ que la table n'a pas",
            "Retirer ce champ de la correspondance.",
        ),
        "colonne-manquante": (
            "Une colonne obligatoire n'a pas été reconnue",
            "Indiquer dans l'assistant la colonne qui la contient, ou l'ajouter au fichier.",
        ),
        "aucune-ligne": (
            "La feuille n'a aucune ligne de données sous l'en-tête",
            "Choisir la feuille qui contient les données.",
        ),
        "donnees-nominatives": (
            "La colonne porte des données de personnes : seuls des effectifs s'importent",
            "Retirer cette colonne du fichier, et ne transmettre que des nombres de patients.",
        ),
        "donnee-personnelle": (
            "Des cellules portent des données personnelles, qui ne sont ni importées ni gardées",
            "Retirer ces cellules ou cette colonne du fichier, même si elle n'est pas lue : le fichier est conservé.",
        ),
        "colonne-non-lue": (
            "La colonne n'est pas lue, et elle semble utile",
            "Dire quel champ elle donne, la renommer, ou décider de la laisser de côté (--ignore-column).",
        ),
        "rapprochement-inconnu": (
            "Le rapprochement choisi désigne un établissement qui n'existe pas",
            "Choisir un établissement du registre.",
        ),
        "centre-inconnu": (
            "Aucun centre ne correspond",
            "Vérifier le réseau et l'établissement, ou importer d'abord le centre (table centres).",
        ),
        "centre-contredit": (
            "Le centre n'est pas celui du réseau et de l'établissement de la ligne",
            "Corriger l'identifiant du centre, le réseau ou l'établissement.",
        ),
        "cle-etrangere": (
            "La valeur ne correspond à aucune ligne de la table citée",
            "Corriger l'identifiant, ou importer d'abord la ligne qui manque dans la table citée.",
        ),
        "cle-en-double": (
            "La clé de la ligne existe déjà dans le fichier",
            "Retirer la ligne en trop, ou ajouter la colonne qui distingue les deux lignes.",
        ),
        "annee-future": ("L'année n'est pas encore commencée", "Corriger l'année."),
        "trop-d-anomalies": (
            "Le fichier a plus d'anomalies que la liste n'en montre",
            "Corriger celles-ci, puis importer de nouveau.",
        ),
    }
)
"""Slug to what the rule says and what to do."""

MAPPING_RULES: MappingType[str, tuple[str, str]] = MappingProxyType(
    {**FILE_RULES, **VALUE_RULES, **NAME_RULES}
)
"""All the rules of the passage from a sheet to rows; documented in docs/imports.md."""

_TEXTS = MappingProxyType({**MAPPING_RULES, **DOUBT_RULES})

_NOTHING_TO_READ = frozenset(
    {
        "correspondance-d-une-autre-table",
        "feuille-introuvable",
        "en-tete-introuvable",
        "donnees-nominatives",
        "aucune-ligne",
    }
)
_YEARLY = frozenset({"file_active", "file_active_territoire", "moyens"})
_HIDDEN_STATES = ("masque", "protege")
_SHOWN_VALUE = 120
_SHOWN_NAMES = 5


@dataclass(frozen=True, eq=False)
class Draft:
    """The rows that a file gives, before anything is applied.

    Parameters
    ----------
    table : str
        Name of the table.
    file : str
        Name of the file.
    frame : DataFrame
        All text, exactly the columns of the table, in file order; a cell that could not be read is empty and told.
    places : DataFrame
        Columns ``sheet`` and ``line`` (1 = first line of the sheet), one row for each row of *frame*, same index.
    problems : tuple of Problem
        Everything wrong, sorted; the draft may be applied only when there is none. A doubtful hospital is one too.
    doubtful : tuple of DoubtfulMatch
        Hospitals to be told by the reader, each once.
    mapping : Mapping
        The mapping used.
    notes : tuple of str
        French sentences that count each automatic change.
    matched : tuple of AcceptedMatch
        Hospitals recognised under another name than that of the register, each once, with their score.
    to_check : tuple of Problem
        What deserves a second look and stands in the way of nothing, sorted.
    unread : tuple of UnreadColumn
        Columns of the file that give no field, in its order.
    """

    table: str
    file: str
    frame: pd.DataFrame
    places: pd.DataFrame
    problems: tuple[Problem, ...]
    doubtful: tuple[DoubtfulMatch, ...]
    mapping: Mapping
    notes: tuple[str, ...]
    matched: tuple[AcceptedMatch, ...] = ()
    to_check: tuple[Problem, ...] = ()
    unread: tuple[UnreadColumn, ...] = ()


def prepare(
    source: Source, table: Table, mapping: Mapping, references: References, *, today: dt.date | None = None
) -> Draft:
    """Return the rows of *table* that the file gives, cleaned, with all that is wrong; never raises on bad content.

    *today* bounds the years of activity; the current day by default.
    """
    if (sheet := sheet_of(source, mapping)) is not None:
        mapping = replace(mapping, sheet=sheet.name)
    faults = mapping_faults(source, table, mapping)
    personal = tuple(_personal_faults(source, table, mapping))
    faults += [fault for fault in personal if fault.slug == PERSONAL]
    problems = tuple(_file_problem(fault, source, mapping) for fault in faults)
    usable = usable_part(source, table, mapping)
    if usable is None or {fault.slug for fault in faults} & _NOTHING_TO_READ:
        return _empty_draft(source, table, mapping, problems)
    raw = raw_rows(source, table, usable)
    if raw.frame.empty:
        empty = _file_problem(Fault("aucune-ligne"), source, mapping)
        return _empty_draft(source, table, mapping, (*problems, empty))
    absent = frozenset(missing_fields(usable, table))
    named = tuple(fault for fault in personal if fault.slug != PERSONAL)
    work = _Work(source, table, usable, references, raw, today or dt.date.today(), problems, named, absent)
    return replace(work.draft(), mapping=mapping)


def _personal_faults(source: Source, table: Table, mapping: Mapping) -> Iterable[Fault]:
    """Yield one fault a column and kind of personal data, wherever it stands in the file; values are never quoted."""
    read = sheet_of(source, mapping)
    lexicon, line, height = lexicon_of(table), mapping.header_line, mapping.header_height
    headings = headings_of(read, lexicon, line=line, height=height) if read and min(line, height) > 0 else ()
    for sheet in source.sheets:
        for trace in traces(sheet):
            here = sheet is read and trace.column < len(headings)
            place = "" if here else f", feuille « {trace.sheet} »" if trace.sheet else ""
            kind = f"{trace.kind} : " if trace.slug == PERSONAL else ""
            yield Fault(
                trace.slug,
                line=trace.line if sheet is read else 0,
                column=headings[trace.column] if here else column_letters(trace.column),
                detail=f"{kind}{counted(trace.cells, 'cellule')}{place}",
            )


def mapping_rules_table() -> str:
    """Return the rules of the passage from a sheet to rows as a Markdown table in French."""
    return "| Règle | Anomalie | Que faire |\n|---|---|---|\n" + _lines(MAPPING_RULES)


def doubt_rules_table() -> str:
    """Return what deserves a second look as a Markdown table in French."""
    return "| Règle | À vérifier | Que faire |\n|---|---|---|\n" + _lines(DOUBT_RULES)


def _lines(rules: MappingType[str, tuple[str, str]]) -> str:
    return "".join(
        f"| `{slug}` | {typography(rule)} | {typography(remedy)} |\n"
        for slug, (rule, remedy) in rules.items()
    )


def problems_frame(problems: Iterable[Problem]) -> pd.DataFrame:
    """Return the problems as a table with French headings, sorted: the list that a reader downloads."""
    rows = [
        (
            problem.file,
            problem.sheet,
            str(problem.line) if problem.line else "",
            problem.column,
            problem.value,
            problem.rule,
            problem.remedy,
            problem.slug,
        )
        for problem in sorted(problems)
    ]
    headings = ["fichier", "feuille", "ligne", "colonne", "valeur", "règle", "remède", "code"]
    return pd.DataFrame(rows, columns=headings, dtype="str")


@dataclass(eq=False)
class _Work:
    """The rows of one file on their way from text to a table."""

    source: Source
    table: Table
    mapping: Mapping
    references: References
    raw: RawRows
    today: dt.date
    before: tuple[Problem, ...] = ()
    named: tuple[Fault, ...] = ()
    absent: frozenset[str] = frozenset()
    changes: Counter[str] = field(default_factory=Counter)
    doubtful: list[DoubtfulMatch] = field(default_factory=list)
    matched: list[AcceptedMatch] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.told = Told(most=MAXIMUM_PROBLEMS, most_of_a_rule=MAXIMUM_OF_A_RULE)
        self.lookups = Lookups(self.references, self.table)
        self.raw = _hospitals_named_as_centres(self.raw, self.table, self.lookups)
        self.frame = self.raw.frame.copy()
        self.broken = pd.DataFrame(False, index=self.frame.index, columns=self.frame.columns)
        for name in self.frame:
            found = [text for text in self.frame[name].unique() if personal_kind(text)]
            personal = self.frame[name].isin(found)
            self.frame.loc[personal, name] = ""
            self.broken.loc[personal, name] = True
        self.specs = {spec.name: spec for spec in self.table.fields}
        self.required = {spec.name for spec in self.table.fields if spec.required} | set(
            self.table.primary_key
        )

    def draft(self) -> Draft:
        """Run all the steps, in the order in which each needs the one before."""
        for name, value in self.mapping.constants.items():
            if name not in self.frame:
                self.frame[name] = value
                self.broken[name] = False
        self._decided_matches()
        self._hidden_in_an_export()
        for name in self.lookups.order(self.frame.columns):
            self._clean(name)
        self._hospitals()
        self._derive()
        self._required()
        self._references_of_other_tables()
        self._duplicates()
        self._bounds()
        return self._result()

    def _hidden_in_an_export(self) -> None:
        """Refuse the counts that RareCare hid in a file it exported: their cells are empty, and known."""
        sheet, mapping = sheet_of(self.source, self.mapping), self.mapping
        lexicon = lexicon_of(self.table)
        headings = (
            headings_of(sheet, lexicon, line=mapping.header_line, height=mapping.header_height)
            if sheet
            else ()
        )
        for heading in lexicon.of_export(headings):
            name = heading.removesuffix("_etat")
            if sheet is None or name == heading or name not in self.frame:
                continue
            at = headings.index(heading)
            states = pd.Series([sheet.rows[line - 1][at] for line in self.raw.lines], index=self.frame.index)
            hidden = states.isin(_HIDDEN_STATES) & self.frame[name].eq("")
            self.broken.loc[hidden, name] = True
            self._tell_rows("effectif-masque", self.frame.index[hidden], name, shown=states)

    def _clean(self, name: str) -> None:
        """Make one column canonical; each distinct text is read once."""
        context = self.lookups.context(name, self.frame.columns)
        required = name in self.required
        if not context:
            self._apply(name, self.frame[name], or_missing(self.lookups.cleaner(name), required=required))
            return
        for key, rows in self.frame.groupby(context, sort=False).groups.items():
            cleaner = or_missing(self.lookups.cleaner(name, within=str(key)), required=required)
            self._apply(name, self.frame.loc[rows, name], cleaner)

    def _apply(self, name: str, texts: pd.Series, cleaner: Cleaner) -> None:
        results: dict[str, Cleaned] = {text: cleaner(text) for text in texts.unique()}
        self.frame.loc[texts.index, name] = texts.map({text: cell.value for text, cell in results.items()})
        refused = {text: cell for text, cell in results.items() if cell.slug}
        wrong = texts[texts.isin(list(refused))] if refused else texts.iloc[:0]
        self.broken.loc[wrong.index, name] = True
        if name not in self.raw.frame:
            # a constant is told once, and is no change of the file
            for text, cell in refused.items():
                self._tell(cell.slug, column=name, value=text, detail=cell.detail)
            return
        for text, count in texts.value_counts(sort=False).items():
            self.changes.update({change: int(count) for change in results[str(text)].changes})
        for text, rows in wrong.groupby(wrong, sort=False).groups.items():
            cell = refused[str(text)]
            self._tell_rows(cell.slug, rows, name, shown=wrong, detail=cell.detail)

    def _decided_matches(self) -> None:
        for text, wanted in self.mapping.matches.items():
            if not self.lookups.accepts(wanted):
                self._tell("rapprochement-inconnu", column="", value=wanted, detail=f"pour « {text} »")

    def _hospitals(self) -> None:
        """Turn hospitals into identifiers; a text is asked once, whatever the number of its lines."""
        name, target = self.lookups.hospital_field, self.lookups.hospital_target
        if name not in self.frame:
            return
        texts = self.frame[name].map(squeezed)
        texts = texts.mask(texts.map(is_missing), "")
        cities = self.frame["ville"] if "ville" in self.frame else pd.Series("", index=self.frame.index)
        wanted = texts.ne("")
        if target == name:
            self.frame[name] = ""
        elif target in self.frame:
            wanted &= self.frame[target].eq("")
        else:
            self.frame[target], self.broken[target] = "", False
        keys = pd.DataFrame({"text": texts, "city": cities})[wanted]
        asked: dict[str, list[tuple[HospitalMatch, list[int]]]] = {}
        for (text, city), rows in keys.groupby(["text", "city"], sort=False).groups.items():
            answer = HospitalMatch("", 0.0)
            if len(asked) < MAXIMUM_ASKED:
                answer = self.lookups.hospital(text, city=city, decided=self.mapping.matches)
            if answer.etablissement_id:
                self._accept_hospital(text, answer, rows)
            elif self.lookups.must_ask(text):
                asked.setdefault(text, []).append((answer, list(rows)))
        for text, answers in asked.items():
            for answer, own in answers:
                key = f"{text} ({cities[own[0]]})" if len(answers) > 1 and cities[own[0]] else text
                self._ask(key, answer, own, name=name)
        self.broken.loc[[row for answers in asked.values() for _, own in answers for row in own], target] = (
            True
        )

    def _accept_hospital(self, text: str, answer: HospitalMatch, rows: pd.Index) -> None:
        self.frame.loc[rows, self.lookups.hospital_target] = answer.etablissement_id
        if own_name := self.lookups.name_to_keep(answer.etablissement_id):
            self.frame.loc[rows, self.lookups.hospital_field] = own_name
        self._keep_match(text, answer)

    def _keep_match(self, text: str, answer: HospitalMatch) -> None:
        match = AcceptedMatch(text, answer.etablissement_id, answer.score)
        own_name = self.lookups.hospital_name(answer.etablissement_id)
        if text not in {answer.etablissement_id, own_name} and match not in self.matched:
            self.matched.append(match)

    def _ask(self, text: str, answer: HospitalMatch, rows: list[int], *, name: str) -> None:
        lines = tuple(sorted({int(self.raw.lines[row]) for row in rows}))
        self.doubtful.append(DoubtfulMatch(text, lines, answer.candidates))
        slug = "etablissement-a-confirmer" if answer.candidates else "etablissement-inconnu"
        names = [self.lookups.hospital_name(code) for code, _ in answer.candidates]
        details = [counted(len(lines), "ligne")] if len(lines) > 1 else []
        details += ["le plus proche : " + listing(names, last="ou")] if names else []
        self._tell(slug, rows=rows[:1], column=name, value=text, detail=" ; ".join(details))

    def _derive(self) -> None:
        """Fill the fields that others tell: a centre from its réseau and hospital, a département from its commune."""
        for told in self.lookups.derived(self.frame, self.broken):
            self.frame[told.name] = told.values
            self.broken[told.name] = told.broken
            if told.wrong is None or told.shown is None:
                continue
            wrong = told.wrong.index[told.wrong]
            self._tell_rows(told.slug, wrong, told.told_by, shown=told.shown, details=told.details)

    def _required(self) -> None:
        for name in self.table.columns:
            # a column that nothing gives is told once, not on every row
            if name in self.required and name in self.frame and name not in self.absent:
                empty = self.frame[name].eq("") & ~self.broken[name]
                self.broken.loc[empty, name] = True
                self._tell_rows("valeur-obligatoire", self.frame.index[empty], name)

    def _references_of_other_tables(self) -> None:
        for key in self.table.foreign_keys:
            known = self.lookups.values_of(key.table, key.targets[0])
            name = key.fields[0]
            if len(key.fields) > 1 or known is None or name not in self.frame or self.lookups.looks_up(name):
                continue
            absent = self.frame[name].ne("") & ~self.broken[name] & ~self.frame[name].isin(known)
            self._tell_rows(
                "cle-etrangere",
                self.frame.index[absent],
                name,
                shown=self.frame[name],
                detail=f"table {key.table}",
            )

    def _duplicates(self) -> None:
        key = list(self.table.primary_key)
        if not set(key) <= set(self.frame.columns):
            return
        whole = ~self.broken[key].any(axis=1) & self.frame[key].ne("").all(axis=1)
        rows = self.frame.loc[whole, key]
        again = rows.index[rows.duplicated()]
        told = again[: self.told.room("cle-en-double")]
        values = rows.loc[told].agg(" | ".join, axis=1) if len(told) else pd.Series(dtype="str")
        first = self._first_lines(rows, told)
        details = {row: f"déjà à la ligne {line}" for row, line in first.items()}
        self._tell_rows("cle-en-double", again, key[0], shown=values, details=details)

    def _first_lines(self, rows: pd.DataFrame, told: pd.Index) -> dict[int, int]:
        """Return, for rows that repeat a key, the line where it stands first."""
        keys = pd.MultiIndex.from_frame(rows) if len(rows.columns) > 1 else pd.Index(rows.iloc[:, 0])
        once = ~rows.duplicated().to_numpy()
        lines = pd.Series(self.raw.lines.loc[rows.index[once]].to_numpy(), index=keys[once])
        wanted = keys[rows.index.get_indexer(told)]
        return dict(zip(told, lines.reindex(wanted).astype(int), strict=True))

    def _bounds(self) -> None:
        for name, limit in LARGEST.get(self.table.name, {}).items():
            if name in self.frame:
                wrong = self.frame.index[pd.to_numeric(self.frame[name], errors="coerce") > limit]
                shown = self.frame[name]
                self._tell_rows("valeur-absurde", wrong, name, shown=shown, detail=f"plus de {limit}")
        if self.table.name in _YEARLY and "annee" in self.frame:
            years = pd.to_numeric(self.frame["annee"], errors="coerce")
            wrong = self.frame.index[years > self.today.year]
            self._tell_rows("annee-future", wrong, "annee", shown=self.frame["annee"])

    def _tell_rows(
        self,
        slug: str,
        rows: pd.Index,
        column: str,
        *,
        shown: pd.Series | None = None,
        detail: str = "",
        details: MappingType[int, str] | None = None,
    ) -> None:
        """Tell a fault of many rows: the first ones with their value in *shown*, the others counted."""
        told = rows[: self.told.room(slug)]
        for row in told:
            value = "" if shown is None else str(shown.at[row])
            more = detail if details is None else details.get(row, "")
            self._tell(slug, rows=[row], column=column, value=value, detail=more)
        self.told.count(slug, len(rows) - len(told))

    def _tell(
        self, slug: str, *, rows: Sequence[int] = (), column: str, value: str = "", detail: str = ""
    ) -> None:
        line = int(self.raw.lines[rows[0]]) if rows else 0
        shown = self._heading(column, rows[0] if rows else 0)
        self.told.add(Fault(slug, line=line, column=shown, value=squeezed(value), detail=detail))

    def _heading(self, name: str, row: int) -> str:
        """Return the heading of the file that a reader knows the field by, else the title of the field."""
        own = self.raw.heading(name, row) if len(self.frame) else ""
        if own:
            return own
        for other in stands_for(name):
            if heading := self.raw.headings.get(other, ""):
                return heading
        return self.specs[name].title if name in self.specs else name

    def _result(self) -> Draft:
        self.matched.sort(key=lambda match: match.text)
        unread = self._unread()
        faults = [*self.told.faults(), *self._unread_faults(unread)]
        problems = [_file_problem(fault, self.source, self.mapping) for fault in faults]
        places = pd.DataFrame(
            {"sheet": self.mapping.sheet, "line": self.raw.lines.to_numpy()}, index=self.frame.index
        )
        return Draft(
            table=self.table.name,
            file=self.source.file,
            frame=self.frame.reindex(columns=self.table.columns, fill_value="").astype("str"),
            places=places,
            problems=tuple(sorted({*self.before, *problems})),
            doubtful=tuple(sorted(self.doubtful, key=lambda doubt: (doubt.lines, doubt.text))),
            mapping=self.mapping,
            notes=tuple(self._notes()),
            matched=tuple(self.matched),
            to_check=tuple(
                sorted(_file_problem(fault, self.source, self.mapping) for fault in self._doubts())
            ),
            unread=unread,
        )

    def _unread(self) -> tuple[UnreadColumn, ...]:
        sheet = sheet_of(self.source, self.mapping)
        if sheet is None:
            return ()
        found = unread_columns(sheet, self.table, self.mapping)
        return tuple(
            replace(column, why="", field="") if self._is_that_of_the_hospital(column, sheet) else column
            for column in found
        )

    def _unread_faults(self, unread: Iterable[UnreadColumn]) -> Iterable[Fault]:
        for column in unread:
            if column.why:
                line = self.mapping.header_line
                yield Fault(UNREAD, line=line, column=column.heading, detail=column.why)

    def _is_that_of_the_hospital(self, column: UnreadColumn, sheet: Sheet) -> bool:
        """Tell whether a column of départements only repeats where the hospitals are: then nothing is lost with it."""
        if column.field != "departement_residence":
            return False
        cells = [sheet.rows[line - 1][column.column] for line in self.raw.lines]
        return self.lookups.are_of_centres(cells, self.frame)

    def _doubts(self) -> Iterable[Fault]:
        told = Told(most=MAXIMUM_DOUBTS, most_of_a_rule=MAXIMUM_DOUBTS)
        before = self.references.table(self.table.name)
        kept, self.told = self.told, told
        for doubt in doubts(self.frame, self.table, before, today=self.today):
            # a small count is quoted nowhere, not even to the one who brings it
            shown = None if doubt.slug == JUMP else self.frame[doubt.column]
            self._tell_rows(doubt.slug, doubt.rows, doubt.column, shown=shown, detail=doubt.detail)
        self.told = kept
        yield from self.named
        yield from told.faults()

    def _notes(self) -> Iterable[str]:
        for change, (singular, plural) in CHANGES.items():
            if self.changes[change]:
                yield counted(self.changes[change], singular, plural)
        if self.matched:
            names = [
                f"« {match.text} » ({self.lookups.hospital_name(match.etablissement_id)})"
                for match in self.matched
            ]
            more = ["…"] if len(names) > _SHOWN_NAMES else []
            what = counted(
                len(names), "hôpital reconnu sous un autre nom", "hôpitaux reconnus sous un autre nom"
            )
            yield typography(f"{what} : {', '.join([*names[:_SHOWN_NAMES], *more])}")
        for lines, one, many in (
            (self.raw.totals, "ligne de total laissée de côté", "lignes de total laissées de côté"),
            (self.raw.repeated, "en-tête répété laissé de côté", "en-têtes répétés laissés de côté"),
        ):
            if lines:
                yield f"{counted(len(lines), one, many)} (ligne {_first_of([str(line) for line in lines])})"
        for name, value in self.mapping.constants.items():
            if name not in self.raw.frame and name in self.specs:
                yield typography(f"« {self.specs[name].title} » vaut « {value} » sur toutes les lignes")


def _hospitals_named_as_centres(raw: RawRows, table: Table, lookups: Lookups) -> RawRows:
    """Take a column « Centre » for that of the hospital when it stands beside the réseau and holds no identifier."""
    names = set(raw.frame.columns)
    if (
        "etablissement_id" in names
        or not {"centre_id", "reseau_id"} <= names
        or "centre_id" not in table.columns
    ):
        return raw
    if "etablissement_id" not in mappable_fields(table) or lookups.knows_centres(raw.frame["centre_id"]):
        return raw
    headings = {
        "etablissement_id" if name == "centre_id" else name: text for name, text in raw.headings.items()
    }
    return replace(raw, frame=raw.frame.rename(columns={"centre_id": "etablissement_id"}), headings=headings)


def _first_of(texts: list[str]) -> str:
    return ", ".join([*texts[:_SHOWN_NAMES], *(["…"] if len(texts) > _SHOWN_NAMES else [])])


def _file_problem(fault: Fault, source: Source, mapping: Mapping) -> Problem:
    rule, remedy = _TEXTS[fault.slug]
    return Problem(
        file=source.file,
        line=fault.line,
        column=fault.column,
        slug=fault.slug,
        value=fault.value[:_SHOWN_VALUE],
        rule=f"{rule} ({fault.detail})" if fault.detail else rule,
        remedy=remedy,
        sheet=mapping.sheet,
    )


def _empty_draft(source: Source, table: Table, mapping: Mapping, problems: Iterable[Problem]) -> Draft:
    return Draft(
        table=table.name,
        file=source.file,
        frame=pd.DataFrame(columns=table.columns, dtype="str"),
        places=pd.DataFrame({"sheet": pd.Series(dtype="str"), "line": pd.Series(dtype="int64")}),
        problems=tuple(sorted(problems)),
        doubtful=(),
        mapping=mapping,
        notes=(),
    )


if __name__ == "__main__":
    print(mapping_rules_table(), doubt_rules_table(), sep="\n", end="")
