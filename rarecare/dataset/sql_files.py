"""The .sql files of the package, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_SQL_DIR = Path(__file__).parent / "sql"


@cache
def sql_text(path: Path) -> str:
    """Return the text of one .sql file."""
    return path.read_text(encoding="utf-8")


def named_sql(name: str) -> str:
    """Return the text of a statement of ``rarecare/dataset/sql``, by its name without extension."""
    return sql_text(_SQL_DIR / f"{name}.sql")
