"""Every table shipped can be exported by the product and imported again, cell for cell."""

import io

import pandas as pd
import pytest

from rarecare.dataset.imports.accept import references as references_in_force
from rarecare.dataset.imports.apply import NOT_IMPORTED
from rarecare.dataset.imports.draft import prepare
from rarecare.dataset.imports.mapping import propose_mapping
from rarecare.dataset.imports.reading import read_content
from rarecare.dataset.store import open_dataset
from rarecare.dataset.tables import read_table
from rarecare.disclosure.gate import Reader
from rarecare.ui.donnees_files import table_bytes
from rarecare.ui.start import Context
from tests.import_sheets import draft, package, slugs

FILLED = [table for table in package().tables if table.rows and table.name not in NOT_IMPORTED]


@pytest.fixture(scope="module")
def known(built_settings):
    return references_in_force(built_settings)


def read_back(content, name, table, known):
    source = read_content(content, name=name)
    return prepare(source, table, propose_mapping(source, table).mapping, known)


def in_order(frame, table):
    return frame.sort_values(list(table.primary_key)).reset_index(drop=True)


def test_there_are_tables_to_try():
    assert {"centres", "epidemiologie", "modificateurs_regionaux"} <= {table.name for table in FILLED}


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_every_table_exported_is_imported_again_unchanged(suffix, built_settings, known):
    dataset, context = open_dataset(built_settings), Context("donnees", built_settings)
    for table in FILLED:
        content = table_bytes(context, dataset, table, Reader(), suffix)
        result = read_back(content, f"{table.name}.{suffix}", table, known)
        assert result.problems == (), table.name
        expected = in_order(read_table(package(), table.name), table)
        pd.testing.assert_frame_equal(in_order(result.frame, table), expected, check_dtype=False)


def test_every_file_of_the_data_directory_is_imported_as_it_stands(built_settings, known):
    for table in FILLED:
        content = (built_settings.data_dir / table.file).read_bytes()
        result = read_back(content, table.file, table, known)
        assert result.problems == (), table.name
        pd.testing.assert_frame_equal(result.frame, read_table(package(), table.name), check_dtype=False)


def test_counts_hidden_in_an_export_are_never_imported_as_empty_cells():
    head = "centre_id | annee | patients | patients_etat | nouveaux_patients | nouveaux_patients_etat\n"
    row = "oscar-cap--chu-de-rouen | {} | {} | {} | {} | {}\n"
    text = head + row.format(2023, 120, "connu", "", "masque") + row.format(2024, "", "protege", 12, "connu")
    result = draft("file_active", text)
    assert {(problem.line, problem.column) for problem in result.problems} == {
        (2, "nouveaux_patients"), (3, "patients"),
    }  # fmt: skip
    assert slugs(result) == {"effectif-masque"}
    whole = head + row.format(2023, 120, "connu", "", "non_fourni")
    assert draft("file_active", whole).problems == ()


def test_a_workbook_of_the_product_is_read_in_its_sheet_of_data(built_settings, known):
    table = package().table("reseaux")
    content = table_bytes(
        Context("donnees", built_settings), open_dataset(built_settings), table, Reader(), "xlsx"
    )
    assert pd.ExcelFile(io.BytesIO(content), engine="calamine").sheet_names == ["Données", "Sources"]
    assert read_back(content, "reseaux.xlsx", table, known).mapping.sheet == "Données"
