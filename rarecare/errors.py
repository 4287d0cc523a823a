"""Errors of RareCare: those a reader can mend, and the rest.

A :class:`UserError` is shown as it stands, without a traceback: it says in French what is wrong, where, and what to do.
Anything else is a bug: it is logged with an identifier and never explained to the reader beyond that identifier.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass


class RarecareError(Exception):
    """Base of every error that RareCare raises on purpose."""


class UserError(RarecareError):
    """Something the reader can mend.

    Parameters
    ----------
    what : str
        What is wrong, one French sentence without final stop.
    where : str
        File, option, page or address concerned; empty when obvious.
    remedy : str
        What to do about it, one French sentence.
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The three parts joined for a terminal or a message box."""
        head = f"{self.what} ({self.where})" if self.where else self.what
        return f"{head}. {self.remedy}".strip() if self.remedy else f"{head}."


@dataclass(frozen=True, order=True)
class Problem:
    """One broken rule at one place of one file.

    ``line`` counts the header as line 1; 0 means that the whole file is concerned. ``slug`` is stable and documented;
    ``sheet`` names the sheet of a workbook, and is empty elsewhere.
    """

    file: str
    line: int
    column: str
    slug: str
    value: str
    rule: str
    remedy: str
    sheet: str = ""

    def sentence(self) -> str:
        """Return the problem as one French line for a terminal."""
        place = f"{self.file}, feuille « {self.sheet} »" if self.sheet else self.file
        if self.line:
            place += f", ligne {self.line}"
        if self.column:
            place += f", colonne « {self.column} »"
        found = f" (lu : « {self.value} »)" if self.value else ""
        return f"{place} : {self.rule}{found}. {self.remedy} [{self.slug}]"


class DataProblems(UserError):  # noqa: N818 (a list of problems, not one error)
    """All the broken rules of one or more files, together."""

    def __init__(self, problems: Iterable[Problem], *, shown: int = 20) -> None:
        self.problems = sorted(problems)
        count = len(self.problems)
        lines = [problem.sentence() for problem in self.problems[:shown]]
        if count > shown:
            lines.append(f"… et {count - shown} autres")
        what = f"{count} anomalie{'s' if count > 1 else ''} dans les données :\n  " + "\n  ".join(lines)
        super().__init__(what, remedy="Corriger ces lignes puis relancer ; rien n'a été modifié.")

    @property
    def message(self) -> str:
        """The list, each problem on its line, and under it what to do."""
        return f"{self.what}\n{self.remedy}"

    def records(self) -> list[dict[str, str | int]]:
        """Return one dictionary a problem, for JSON and CSV output."""
        return [asdict(problem) for problem in self.problems]
