"""Exported files: whole sets or nothing, no small count, no formula, and each file says where it comes from."""

import csv
import errno
import io
import json
import zipfile
from dataclasses import replace

import pandas as pd
import pyarrow.parquet as pq
import pytest
from frictionless import Package
from python_calamine import CalamineWorkbook

from rarecare.dataset.export import source_records
from rarecare.dataset.store import open_dataset
from rarecare.dataset.tables import load_package
from rarecare.disclosure.gate import NOTE as SECRECY_NOTE
from rarecare.disclosure.gate import Reader
from rarecare.errors import UserError
from rarecare.exports import files
from rarecare.exports.cells import DANGEROUS, csv_frame, is_dangerous, neutral
from rarecare.exports.files import write_set
from rarecare.exports.sets import FORMATS, Export, write_export
from rarecare.exports.tables import shown_table
from rarecare.exports.writers import csv_bytes, plain_xlsx_bytes
from rarecare.indicators.observed.rows import caseload_rows
from tests.observed_data import planted

PUBLIC = Reader()

CENTRE, HOSPITAL = "respifil-orphalung--chu-dijon-bourgogne", "chu-dijon-bourgogne"
TO_CONFIRM = "respifil-orphalung--hopitaux-universitaires-de-strasbourg"
SMALL, LARGE = 7, 4321
KEY = ["centre_id", "groupe_maladie", "annee", "modalite", "classe_age", "departement_residence"]
COUNTS = ("file_active", "file_active_territoire")
ALL = frozenset({"*"})


@pytest.fixture(scope="module")
def settings(built_settings, tmp_path_factory):
    rows = [
        (CENTRE, "tous", 2025, "total", "tous", "tous", LARGE),
        (CENTRE, "tous", 2025, "total", "enfant", "tous", SMALL),
        (CENTRE, "tous", 2025, "total", "adulte", "tous", LARGE - SMALL),
        (CENTRE, "tous", 2024, "total", "tous", "tous", 0),
        (TO_CONFIRM, "tous", 2025, "total", "tous", "tous", LARGE),
    ]
    residents = [("67", "tous", "tous", 2025, SMALL), ("68", "tous", "tous", 2025, LARGE)]
    directory = tmp_path_factory.mktemp("plante")
    return planted(built_settings, directory, rows, residents=residents, details={CENTRE: (5, 4300, 12, 9)})


@pytest.fixture(scope="module")
def request_of(settings):
    dataset = open_dataset(settings)
    sources = source_records(dataset, load_package(settings.data_dir), settings.geo_dir)

    def make(reader=PUBLIC, **changes):
        return Export(dataset, sources, reader, settings.data_dir, settings.geo_dir, **changes)

    return make


def table_in(directory, name, file_format):
    """Return a table read back from any format, every cell as text, "" when empty."""
    path = directory / f"{name}.{file_format}"
    if file_format == "geojson":
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        frame = pd.DataFrame([feature["properties"] for feature in features])
    elif file_format == "parquet":
        frame = pd.read_parquet(path)
    elif file_format == "xlsx":
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Données").to_python()
        frame = pd.DataFrame(rows[1:], columns=rows[0])
    elif file_format == "paquet":
        archive = next(directory.glob("*.zip"))
        with zipfile.ZipFile(archive) as content:
            frame = pd.read_csv(io.BytesIO(content.read(f"data/{name}.csv")), dtype=str)
    else:
        frame = pd.read_csv(path, dtype=str)
    return frame.astype(object).map(lambda cell: "" if pd.isna(cell) else str(cell).removesuffix(".0"))


def rows_of_centre(directory, file_format):
    counts = table_in(directory, "file_active", file_format)
    return counts[counts["centre_id"] == CENTRE].set_index(["annee", "classe_age"])


@pytest.mark.parametrize("file_format", FORMATS)
def test_no_small_count_leaves_in_any_format(request_of, tmp_path, file_format):
    write_export(request_of(), tmp_path, tables=COUNTS, file_format=file_format)
    counts = rows_of_centre(tmp_path, file_format)
    assert list(counts.loc[("2025", "enfant"), ["patients", "patients_etat"]]) == ["", "masque"]
    assert list(counts.loc[("2025", "tous"), ["patients", "patients_etat"]]) == [str(LARGE), "connu"]
    assert list(counts.loc[("2024", "tous"), ["patients", "patients_etat"]]) == ["0", "connu"]
    assert counts.loc[("2025", "adulte"), "patients"] == ""
    assert counts.loc[("2025", "tous"), "nouveaux_patients"] == ""
    assert counts.loc[("2025", "adulte"), "nouveaux_patients_etat"] == "non_fourni"
    residents = table_in(tmp_path, "file_active_territoire", file_format).set_index("departement_residence")
    assert list(residents.loc["67", ["patients", "patients_etat"]]) == ["", "masque"]


@pytest.mark.parametrize("file_format", ["csv", "paquet"])
def test_only_an_authorised_reader_has_small_counts_within_his_scope(request_of, tmp_path, file_format):
    for role, scope, seen in (
        ("planificateur", ALL, ""),
        ("secret_habilite", frozenset({HOSPITAL}), str(SMALL)),
        ("secret_habilite", frozenset({"RESPIFIL"}), str(SMALL)),
        ("secret_habilite", frozenset({"FAVA-MULTI"}), ""),
    ):
        directory = tmp_path / f"{role}-{seen}-{len(scope)}"
        write_export(
            request_of(Reader(role, scope)), directory, tables=["file_active"], file_format=file_format
        )
        counts = rows_of_centre(directory, file_format)
        assert counts.loc[("2025", "enfant"), "patients"] == seen


def test_the_owners_looked_up_for_the_gate_are_not_exported(request_of, tmp_path):
    write_export(request_of(), tmp_path, tables=["file_active"], file_format="csv")
    assert not {"filiere", "etablissement_id"} & set(table_in(tmp_path, "file_active", "csv").columns)


def test_every_format_says_version_date_sources_and_secrecy(request_of, tmp_path):
    version = request_of().dataset.version
    for file_format in FORMATS:
        write_export(request_of(), tmp_path, tables=["file_active"], file_format=file_format)
    told = {
        "csv": json.loads((tmp_path / "sources.json").read_text(encoding="utf-8")),
        "geojson": json.loads((tmp_path / "file_active.geojson").read_text(encoding="utf-8"))["rarecare"],
        "parquet": json.loads(pq.read_schema(tmp_path / "file_active.parquet").metadata[b"PANDAS_ATTRS"]),
    }
    for record in told.values():
        assert record["version"] == version
        assert record["construit_le"] == request_of().dataset.manifest["built_at"]
        assert record["secret"] == SECRECY_NOTE
        assert all(source["source"] and source["licence"] for source in record["sources"])
        assert record["sources"]
    book = CalamineWorkbook.from_path(str(tmp_path / "file_active.xlsx"))
    facts = {row[0]: row[1] for row in book.get_sheet_by_name("Sources").to_python()}
    assert facts["Version des données"] == version
    assert facts["Secret"] == SECRECY_NOTE
    with zipfile.ZipFile(next(tmp_path.glob("*.zip"))) as archive:
        described = json.loads(archive.read("datapackage.json"))
        readme = archive.read("LISEZMOI.txt").decode()
    assert described["version"] == version
    assert described["rarecare:secret"] == SECRECY_NOTE
    assert described["resources"][0]["sources"]
    assert described["resources"][0]["licenses"]
    assert version in readme
    assert SECRECY_NOTE in readme


def test_tables_without_patients_carry_no_secrecy_note(request_of, tmp_path):
    write_export(request_of(), tmp_path, tables=["regions"], file_format="csv")
    assert "secret" not in json.loads((tmp_path / "sources.json").read_text(encoding="utf-8"))


def test_the_required_attributions_leave_with_the_data_that_they_are_about(request_of, tmp_path):
    write_export(request_of(), tmp_path / "maladies", tables=["maladies"], file_format="csv")
    told = json.loads((tmp_path / "maladies" / "sources.json").read_text(encoding="utf-8"))["attributions"]
    assert "Copyright, INSERM 1999" in told[0]
    assert "modifiées (sélection, rattachement aux réseaux)" in told[1]
    write_export(request_of(), tmp_path, tables=["maladies"], file_format="paquet")
    with zipfile.ZipFile(next(tmp_path.glob("*.zip"))) as archive:
        assert all(text in archive.read("LISEZMOI.txt").decode() for text in told)
        assert json.loads(archive.read("datapackage.json"))["rarecare:attributions"] == told
    write_export(request_of(), tmp_path / "chiffres", tables=["chiffres"], file_format="csv")
    assert "attributions" not in json.loads(
        (tmp_path / "chiffres" / "sources.json").read_text(encoding="utf-8")
    )


def test_made_up_rows_are_said_and_the_public_never_has_them(built_settings, tmp_path):
    rows = [(CENTRE, "tous", 2025, "total", "tous", "tous", LARGE)]
    settings = planted(built_settings, tmp_path / "fictif", rows, provenance="fictif")
    dataset = open_dataset(settings)
    sources = source_records(dataset, load_package(settings.data_dir), settings.geo_dir)
    request = Export(dataset, sources, PUBLIC, settings.data_dir, settings.geo_dir)
    write_export(request, tmp_path / "tout", tables=["file_active"], file_format="csv")
    note = json.loads((tmp_path / "tout" / "sources.json").read_text(encoding="utf-8"))
    assert "données fictives" in note["avertissement"]
    write_export(
        replace(request, public=True), tmp_path / "public", tables=["file_active"], file_format="csv"
    )
    assert len(table_in(tmp_path / "tout", "file_active", "csv")) == 1
    assert len(table_in(tmp_path / "public", "file_active", "csv")) == 0


def test_the_public_has_no_count_of_a_centre_that_it_does_not_see(request_of, tmp_path):
    for public, seen in ((False, {CENTRE, TO_CONFIRM}), (True, {CENTRE})):
        write_export(request_of(public=public), tmp_path, tables=["file_active"], file_format="csv")
        assert set(table_in(tmp_path, "file_active", "csv")["centre_id"]) == seen


@pytest.mark.parametrize("public", [False, True])
def test_the_data_package_is_valid_with_its_references_and_hidden_counts(request_of, tmp_path, public):
    tables = [
        "centres",
        "reseaux",
        "filieres",
        "groupes_maladies",
        "modificateurs_regionaux",
        "sites",
        *COUNTS,
    ]
    written = write_export(request_of(public=public), tmp_path, tables=tables, file_format="paquet")
    (archive,) = written.files
    with zipfile.ZipFile(archive) as content:
        content.extractall(tmp_path / "paquet")
    report = Package(str(tmp_path / "paquet" / "datapackage.json")).validate()
    assert report.flatten(["name", "title", "note"]) == []
    described = json.loads((tmp_path / "paquet" / "datapackage.json").read_text(encoding="utf-8"))
    keys = {
        resource["name"]: resource["schema"].get("foreignKeys", []) for resource in described["resources"]
    }
    assert len(keys["centres"]) == 2  # its hospitals are not in this package
    assert len(keys["file_active"]) == 1


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_same_version_gives_the_same_bytes(request_of, tmp_path, file_format):
    contents = []
    for name in ("un", "deux"):
        written = write_export(
            request_of(), tmp_path / name, tables=["etablissements"], file_format=file_format
        )
        contents.append([path.read_bytes() for path in written.files])
    assert contents[0] == contents[1]


def test_hospitals_stand_at_their_commune_and_centres_at_their_hospital(request_of, tmp_path):
    write_export(request_of(), tmp_path, tables=["etablissements", "file_active"], file_format="geojson")
    found = {}
    for name, key in (("etablissements", "etablissement_id"), ("file_active", "centre_id")):
        document = json.loads((tmp_path / f"{name}.geojson").read_text(encoding="utf-8"))
        found |= {feature["properties"][key]: feature["geometry"] for feature in document["features"]}
    assert found[CENTRE] == found[HOSPITAL]
    assert found[HOSPITAL]["type"] == "Point"
    longitude, latitude = found[HOSPITAL]["coordinates"]
    assert (round(longitude, 1), round(latitude, 1)) == (5.0, 47.3)


def test_residences_are_outlines_and_the_whole_country_has_none(request_of, tmp_path):
    write_export(request_of(), tmp_path, tables=["file_active_territoire"], file_format="geojson")
    document = json.loads((tmp_path / "file_active_territoire.geojson").read_text(encoding="utf-8"))
    assert {feature["geometry"]["type"] for feature in document["features"]} <= {"Polygon", "MultiPolygon"}


def test_an_unknown_format_is_told(request_of, tmp_path):
    with pytest.raises(UserError, match="Format inconnu : « doc »"):
        write_export(request_of(), tmp_path / "sortie", tables=["regions"], file_format="doc")
    assert not (tmp_path / "sortie").exists()


def full_disk_at(rank):
    """Yield files and fail before that one, as a full disk does."""
    for number in range(10):
        if number == rank:
            raise OSError(errno.ENOSPC, "No space left on device")
        yield f"{number}.csv", b"nouveau"


@pytest.mark.parametrize("rank", [0, 1, 9])
def test_a_full_disk_leaves_no_part_of_a_set_and_no_directory(tmp_path, rank):
    with pytest.raises(UserError, match="Espace disque insuffisant"):
        write_set(tmp_path / "a" / "b", full_disk_at(rank))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_files_that_were_there(tmp_path):
    (tmp_path / "0.csv").write_bytes(b"ancien")
    with pytest.raises(UserError, match="Espace disque insuffisant"):
        write_set(tmp_path, full_disk_at(5))
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("0.csv", b"ancien")]


def test_a_disk_that_fills_up_while_a_file_is_written_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(files.os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(UserError, match="Espace disque insuffisant"):
        write_set(tmp_path / "sortie", [("a.csv", b"x")])
    assert not (tmp_path / "sortie").exists()


def test_an_interruption_leaves_nothing(tmp_path):
    def interrupted():
        yield "a.csv", b"x"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_set(tmp_path / "sortie", interrupted())
    assert not (tmp_path / "sortie").exists()


@pytest.mark.parametrize("sign", DANGEROUS)
def test_a_text_that_a_spreadsheet_would_run_is_made_harmless(sign):
    text = f"{sign}cmd|' /C calc'!A0"
    rows = list(
        csv.reader(io.StringIO(csv_bytes(pd.DataFrame({"note": [text, "sans risque"]})).decode(), newline=""))
    )
    assert rows[1:] == [[f"'{text}".replace("\r", "\n")], ["sans risque"]]


@pytest.mark.parametrize("sign", DANGEROUS)
def test_a_workbook_keeps_the_text_and_marks_it_as_text(sign):
    content = plain_xlsx_bytes(pd.DataFrame({"note": [f"{sign}1+1"]}))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet, styles = (book.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "styles"))
    assert "<f>" not in sheet
    assert 'quotePrefix="1"' in styles
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[1] == [
        f"{sign}1+1"
    ]


@pytest.mark.parametrize("value", [-1, -1.5, None, "", "texte", "1-2", "01", "a=b", True])
def test_what_is_no_formula_is_left_alone(value):
    assert not is_dangerous(value)
    assert neutral(value) == value


def test_negative_numbers_stay_numbers():
    frame = pd.DataFrame({"longitude": [-1.5], "ecart": pd.array([-3], dtype="Int64"), "note": ["-3"]})
    assert csv_frame(frame).iloc[0].tolist() == [-1.5, -3, "'-3"]
    assert csv_bytes(frame).decode() == "longitude,ecart,note\n-1.5,-3,'-3\n"


def imported(settings, public):
    """Return an export of a version into which counts were imported, as its manifest would tell."""
    dataset = open_dataset(settings)
    entry = {
        "table": "file_active",
        "file": "chu.xlsx",
        "when": "2026-11-20T10:00:00+00:00",
        "who": "Dr X",
        "why": "PMSI",
    }
    dataset = replace(dataset, manifest=dataset.manifest | {"imports": [entry]})
    sources = source_records(dataset, load_package(settings.data_dir), settings.geo_dir, public=public)
    return Export(dataset, sources, Reader(), settings.data_dir, settings.geo_dir, public=public)


@pytest.mark.parametrize("public", [False, True])
def test_imported_rows_say_whose_file_they_come_from_and_have_no_licence_of_ours(settings, tmp_path, public):
    request = imported(settings, public)
    write_export(request, tmp_path, tables=["file_active", "centres"], file_format="csv")
    sources = json.loads((tmp_path / "sources.json").read_text(encoding="utf-8"))["sources"]
    counts = [source for source in sources if source["table"] == "file_active"]
    assert [source["licence"] for source in counts] == [
        "Données du détenteur : réutilisation selon son accord"
    ]
    told = (
        "Fichier importé le 20\u00a0novembre 2026"
        if public
        else "Fichier « chu.xlsx » importé le 20\u00a0novembre 2026 par Dr X (PMSI)"
    )
    assert [source["source"] for source in counts] == [told]
    assert all("Etalab" in source["licence"] for source in sources if source["table"] == "centres")
    (archive,) = write_export(
        request, tmp_path, tables=["file_active", "centres"], file_format="paquet"
    ).files
    with zipfile.ZipFile(archive) as content:
        described = json.loads(content.read("datapackage.json"))
    licences = {
        each["name"]: [licence["name"] for licence in each["licenses"]] for each in described["resources"]
    }
    assert licences == {"file_active": ["other-closed"], "centres": ["etalab-2.0"]}
    assert [source["title"] for source in described["resources"][0]["sources"]] == [told]
    assert "Dr X" not in json.dumps(described) or not public


def test_a_file_hides_what_screens_hide_even_beside_a_total_that_only_screens_sum(built_settings, tmp_path):
    cells = [
        ("enfant", "tous", 40),
        ("adulte", "tous", 65),
        ("tous", "44", 60),
        ("tous", "49", 42),
        ("tous", "53", 3),
    ]
    rows = [(CENTRE, "tous", 2025, "total", age, home, count) for age, home, count in cells]
    dataset = open_dataset(planted(built_settings, tmp_path, rows))
    keys = ["classe_age", "departement_residence"]
    screen = caseload_rows(dataset, Reader()).set_index(keys)["patients"]
    file = shown_table(dataset, "file_active", reader=Reader()).set_index(keys)["patients"]
    assert screen[("tous", "tous")] == 105
    assert ("tous", "tous") not in file.index
    # 105 - 60 - 42 would give the three of the Mayenne back
    assert file[file.isna()].index.tolist() == [("tous", "49"), ("tous", "53")]
    pd.testing.assert_series_equal(file, screen.reindex(file.index))
