"""How a rule on the data is written down: a slug, a French title, a remedy and a function that finds what breaks it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from rarecare.dataset.tables import Package, Table


@dataclass(frozen=True)
class Finding:
    """One place that breaks a rule.

    ``key`` identifies the place in ``data/exceptions.csv``; ``line`` counts the header as line 1, 0 is the whole file.
    ``against`` holds lines of the same table that this one contradicts, and what each is about.
    """

    table: str
    line: int
    column: str
    value: str
    key: str
    detail: str = ""
    against: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Context:
    """What the rules look at: the tables that could be read, and the territory codes that exist.

    ``imported_lines`` tells, by table, which lines come from an import; all others are those of ``data/``. ``touched``
    names the tables that changed since every rule held, None when that is not known.
    """

    package: Package
    frames: Mapping[str, pd.DataFrame]
    commune_codes: Container[str]
    departement_codes: frozenset[str]
    imported_lines: Mapping[str, frozenset[int]] = field(default_factory=dict)
    touched: frozenset[str] | None = None

    def imported(self, name: str) -> pd.Series:
        """Return which rows of a table come from an import, on the index of its frame."""
        index = self.frames[name].index
        lines = self.imported_lines.get(name, frozenset())
        return pd.Series(index.isin(list(lines)), index=index)

    def tables(self) -> Iterator[tuple[Table, pd.DataFrame]]:
        """Yield each readable table with its rows; only those touched, or that point to one touched, when known."""
        for table in self.package.tables:
            if table.name in self.frames and self._may_have_changed(table):
                yield table, self.frames[table.name]

    def _may_have_changed(self, table: Table) -> bool:
        return self.touched is None or not self.touched.isdisjoint(
            [table.name, *(key.table for key in table.foreign_keys)]
        )

    def rows(
        self, name: str, wrong: pd.Series, column: str, *, key: str = "", detail: str = ""
    ) -> Iterator[Finding]:
        """Yield one finding a row where *wrong* is true.

        *key* names the column that identifies the place; the primary key when empty.
        """
        if not wrong.any():
            return
        frame = self.frames[name][wrong.to_numpy(dtype=bool)]
        columns = [key] if key else list(self.package.table(name).primary_key)
        keys = [" | ".join(row) for row in frame[columns].itertuples(index=False)]
        for line, value, row_key in zip(frame.index, frame[column], keys, strict=True):
            yield Finding(name, int(line), column, str(value), row_key, detail)


@dataclass(frozen=True)
class Rule:
    """One rule: ``title`` says in French what is wrong when it is broken, ``remedy`` what to do.

    It runs only when all of ``tables`` could be read; ``reads`` names the other tables that it looks at. A rule that
    names none goes through :meth:`Context.tables`.
    """

    slug: str
    title: str
    remedy: str
    tables: tuple[str, ...]
    reads: tuple[str, ...]
    find: Callable[[Context], Iterator[Finding]]

    def concerns(self, touched: frozenset[str] | None) -> bool:
        """Tell whether what the rule finds may have changed with these tables."""
        looked_at = (*self.tables, *self.reads)
        return touched is None or not looked_at or not touched.isdisjoint(looked_at)


@dataclass
class Registry:
    """All the rules, in the order in which they were written."""

    rules: dict[str, Rule] = field(default_factory=dict)

    def add(
        self,
        slug: str,
        title: str,
        *,
        remedy: str,
        tables: tuple[str, ...] = (),
        reads: tuple[str, ...] = (),
    ) -> Callable[[Callable[[Context], Iterator[Finding]]], Callable[[Context], Iterator[Finding]]]:
        """Register the decorated function as the rule *slug*, see :class:`Rule`."""

        def register(find: Callable[[Context], Iterator[Finding]]) -> Callable[[Context], Iterator[Finding]]:
            if slug in self.rules:
                raise ValueError(f"two rules named {slug}")
            self.rules[slug] = Rule(slug, title, remedy, tables, reads, find)
            return find

        return register


REGISTRY = Registry()
