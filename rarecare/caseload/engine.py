"""What the caseload asks of an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import pyarrow as pa

from rarecare.caseload.columns import Kind


class Engine(Protocol):
    """Runs statements of DuckDB's dialect, with named parameters, over the events and its own tables."""

    name: str

    @property
    def versions(self) -> dict[str, str]:
        """Versions of what computes."""
        ...

    def open_events(self, events: Sequence[str]) -> dict[str, Kind]:
        """Make ``bruts`` from the events and return what its columns hold."""
        ...

    def add_table(self, name: str, table: pa.Table) -> None:
        """Make a small table known under a name."""
        ...

    def make_view(self, name: str, sql: str) -> None:
        """Give a name to a statement without parameters, run each time it is read."""
        ...

    def make_table(self, name: str, sql: str, parameters: Mapping[str, Any]) -> None:
        """Run a statement once and keep its rows under a name."""
        ...

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> pa.Table:
        """Run a statement and return its rows."""
        ...

    def forget(self, name: str) -> None:
        """Free what a table holds; it is not read any more."""
        ...

    def number_lines(self) -> None:
        """Make ``bruts`` again with the file and the line of each event, null where the engine has none."""
        ...

    def close(self) -> None:
        """Free everything."""
        ...
