"""The problems told of the rows of one file: the first of each rule, then how many there are in all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rarecare.dataset.imports.rows import Fault
from rarecare.french import counted, number

MANY = "trop-d-anomalies"
_RULES_TOLD = 5


class Told:
    """The faults found so far, in the order in which they were found.

    *most* bounds the whole list and *most_of_a_rule* the faults of one rule: the others are only counted, so that a
    million faults of one kind neither hide those of another nor take more memory than a page of them.
    """

    def __init__(self, *, most: int, most_of_a_rule: int) -> None:
        self._most, self._most_of_a_rule = most, most_of_a_rule
        self._kept: dict[Fault, None] = {}
        self._found: Counter[str] = Counter()
        self._told: Counter[str] = Counter()

    def room(self, slug: str) -> int:
        """Return how many more faults of a rule may be kept."""
        return max(0, min(self._most - len(self._kept), self._most_of_a_rule - self._told[slug]))

    def add(self, fault: Fault) -> None:
        """Keep a fault, or count it when there is no more room."""
        if fault in self._kept:
            return
        if self.room(fault.slug):
            self._kept[fault] = None
            self._told[fault.slug] += 1
        self._found[fault.slug] += 1

    def count(self, slug: str, times: int) -> None:
        """Count faults of a rule that are not told one by one."""
        self._found[slug] += times

    def faults(self) -> Iterable[Fault]:
        """Yield the faults kept, then one that says how many there are of each rule when some are not told."""
        yield from self._kept
        if self._found.total() > len(self._kept):
            commonest = self._found.most_common(_RULES_TOLD)
            rules = ", ".join(f"{number(times)} « {slug} »" for slug, times in commonest)
            rest = len(self._found) - len(commonest)
            more = f" et {counted(rest, 'autre règle', 'autres règles')}" if rest else ""
            yield Fault(MANY, detail=f"{number(self._found.total())} en tout : {rules}{more}")
