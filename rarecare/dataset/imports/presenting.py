"""Problems as a reader should read them: one fault told once, under the heading of his file and its French title."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from rarecare.dataset.imports.draft import Draft
from rarecare.dataset.imports.lookups import stands_for
from rarecare.dataset.imports.values import normalised
from rarecare.dataset.tables import Package
from rarecare.errors import Problem

WHOLE_FILE = 0


def presented(problems: Iterable[Problem], draft: Draft, package: Package) -> tuple[Problem, ...]:
    """Return the problems of a draft or of its plan, sorted, without those that only follow from another.

    A cell that could not be read is empty: the rules on the data then miss it in its own column, in the key that it
    gives and in the rows that hang on it. Only the first cause is told.
    """
    named = _Names(draft, package)
    told = _Told(draft.problems)
    kept = [
        problem
        for problem in problems
        if problem in told.problems or problem.file != draft.file or not told.explain(problem, named)
    ]
    return tuple(sorted({replace(problem, column=named.shown(problem.column)) for problem in kept}))


class _Names:
    """The names of the columns: of the table, of the file, in French."""

    def __init__(self, draft: Draft, package: Package) -> None:
        table = package.table(draft.table)
        others = {field.name: field.title for each in package.tables for field in each.fields}
        self.titles: Mapping[str, str] = others | {field.name: field.title for field in table.fields}
        self.headings = dict(draft.mapping.columns)
        self._fields = {heading: name for name, heading in self.headings.items()}
        self._pivots: defaultdict[str, list[str]] = defaultdict(list)
        for heading, cells in draft.mapping.pivot.items():
            self._fields[heading] = cells["champ"]
            for name in {cells["champ"], *cells} - {"champ"}:
                self._pivots[name].append(heading)

    def field(self, column: str) -> str:
        """Return the field that a problem speaks of, under whatever name; the name itself when it is no field."""
        return self._fields.get(column, column)

    def all_of(self, column: str) -> set[str]:
        """Return every name under which the cause of a problem of this column may have been told."""
        name = self.field(column)
        fields = (name, *stands_for(name))
        names = {self.titles.get(name, name), *self._pivots[name]}
        return names | {self.headings[each] for each in fields if each in self.headings}

    def shown(self, column: str) -> str:
        """Return the heading in the file, with the French title when it says something else."""
        name = self.field(column)
        title = self.titles.get(name, name)
        heading = column if column in self._fields else self.headings.get(name, "")
        if not heading:
            heading = next((self.headings[each] for each in stands_for(name) if each in self.headings), "")
        if not heading or normalised(heading) == normalised(title):
            return heading or title
        return f"{heading} ({title})"


class _Told:
    """What the draft has told, by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = frozenset(problems)
        self._columns: defaultdict[int, set[str]] = defaultdict(set)
        self._slugs: defaultdict[int, set[str]] = defaultdict(set)
        for problem in self.problems:
            self._columns[problem.line].add(problem.column)
            self._slugs[problem.line].add(problem.slug)

    def explain(self, problem: Problem, named: _Names) -> bool:
        """Tell whether a problem only follows from one that the draft has told."""
        if problem.line and problem.slug in self._slugs[problem.line]:
            return True
        told = self._columns[problem.line] | self._columns[WHOLE_FILE]
        return bool(named.all_of(problem.column) & told)
