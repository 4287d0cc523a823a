"""What a file of ``pages/`` may know: it reads, selects and draws; how data are computed is not its business."""

import ast
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[2] / "pages").glob("*.py"))
FORBIDDEN = {"duckdb", "geopandas", "numpy", "pandas", "pyarrow", "shapely", "scipy", "folium", "plotly"}
LINES_OF_A_THIN_PAGE = 110


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


def test_there_are_pages_to_check():
    assert len(PAGES) > 5


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_neither_queries_nor_computes_nor_draws_by_itself(path):
    assert FORBIDDEN & set(imported(path)) == set()
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_OF_A_THIN_PAGE
