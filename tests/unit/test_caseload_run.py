"""What goes into a caseload, what is refused, and what is left when it stops."""

import gzip
import json
import re
import stat
import subprocess
import sys

import duckdb
import pytest

from rarecare.caseload import spark_engine
from rarecare.caseload.fictitious import write_events
from rarecare.caseload.outputs import staged
from rarecare.caseload.references import References
from rarecare.caseload.run import Request, caseload
from rarecare.caseload.statements import OUTPUTS, STEPS, for_spark, only_used, statement
from rarecare.dataset.store import open_dataset
from rarecare.dataset.tables import load_package
from rarecare.errors import UserError
from tests.caseload_toys import COLUMNS, count, references, tables, write_csv
from tests.commands import is_one_french_message, runner

EVENTS = """
P1  2023-01-10  lyon    foie  01004  site
P1  2023-02-10  lyon    foie  01004  telemedecine
P2  2024-03-10  rennes  rein  35001  site
"""
BAD = """
SECRET-1  2023-01-10  lyon   foie  01004  site
-         2023-01-10  lyon   foie  01004  site
SECRET-2  -           lyon   foie  01004  site
SECRET-2  2023-02-30  lyon   foie  01004  site
SECRET-2  1999-12-31  lyon   foie  01004  site
SECRET-2  2026-11-23  lyon   foie  01004  site
SECRET-2  2023-01-10  brest  foie  01004  site
SECRET-2  2023-01-10  lyon   toux  01004  site
SECRET-2  2023-01-10  lyon   foie  01004  courrier
"""


@pytest.fixture
def events(tmp_path):
    return write_csv(tmp_path / "e.csv", EVENTS)


def refused(path, out, **asked):
    with pytest.raises(UserError) as caught:
        count(path, out, **asked)
    assert not out.exists()
    return caught.value.message


def test_files_are_private_and_nothing_else_is_left(events, tmp_path):
    summary, _ = count(events, tmp_path / "out")
    out = tmp_path / "out"
    assert {path.name for path in out.iterdir()} == {"bilan.json", *(f"{name}.parquet" for name in OUTPUTS)}
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {path.name for path in tmp_path.iterdir()} == {"e.csv", "out"}
    assert json.loads((out / "bilan.json").read_text(encoding="utf-8")) == summary


def test_made_up_patients_never_become_official_figures(tmp_path):
    made_up = EVENTS.replace("P1", "FICTIF-1")
    summary, found = count(write_csv(tmp_path / "e.csv", made_up), tmp_path / "out", provenance="officiel")
    assert summary["provenance"] == "fictif"
    for name in ("file_active", "file_active_territoire"):
        assert {row["provenance"] for row in found[name]} == {"fictif"}


def test_no_patient_is_written_anywhere(tmp_path):
    count(write_csv(tmp_path / "e.csv", BAD), tmp_path / "out", accept_rejects=True)
    assert [path.name for path in (tmp_path / "out").iterdir() if b"SECRET" in path.read_bytes()] == []


def test_the_columns_of_file_active_are_those_of_the_table_to_import(events, tmp_path, repository):
    _, found = count(events, tmp_path / "out")
    tables = {
        table.name: [field.name for field in table.fields]
        for table in load_package(repository / "data").tables
    }
    assert list(found["file_active"][0]) == tables["file_active"]
    assert list(found["file_active_territoire"][0]) == tables["file_active_territoire"]


def test_each_refused_event_is_counted_under_its_reason_with_its_line(tmp_path):
    summary, found = count(write_csv(tmp_path / "e.csv", BAD), tmp_path / "out", accept_rejects=True)
    lines = {row["motif"]: [place["ligne"] for place in row["exemples"]] for row in summary["rejets"]}
    assert lines == {
        "patient-absent": [3], "date-illisible": [4, 5], "date-hors-bornes": [6, 7], "centre-inconnu": [8],
        "groupe-inconnu": [9], "modalite-inconnue": [10],
    }  # fmt: skip
    assert (summary["evenements_lus"], summary["evenements_retenus"], summary["evenements_rejetes"]) == (
        9,
        1,
        8,
    )
    assert [row["patients"] for row in found["file_active_centre"]] == [1]


def test_refused_events_stop_everything_unless_accepted_and_patients_are_not_named(tmp_path):
    message = refused(write_csv(tmp_path / "e.csv", BAD), tmp_path / "out")
    assert "8\u00a0événements sur 9" in message
    assert "[centre-inconnu] (e.csv, ligne 8)" in message
    assert "--accept-rejects" in message
    assert "SECRET" not in message


SPOILED = """
P1,2023-01-10,lyon,foie,01004,site
 P1\t,2023-02-10,lyon ,\u00a0foie,01004 ,Télémédecine
P1, 2023-03-10,lyon,foie,1004,TELECONSULTATION
P2,2024-03-10,rennes,rein,2a004, Sur site
P2,2024-03-11,rennes,rein,NULL,Présentiel
P3,2024-03-11,rennes,rein,01003,site
"""


def written(path, text):
    path.write_text(f"{','.join(COLUMNS)}\n{text.lstrip()}", encoding="utf-8")
    return path


def test_spaces_around_values_and_usual_spellings_change_nothing(tmp_path):
    summary, found = count(written(tmp_path / "e.csv", SPOILED), tmp_path / "out")
    assert (summary["evenements_retenus"], summary["communes_inconnues"]) == (6, 0)
    patients = [
        (row["centre_id"], row["annee"], row["patients"], row["patients_site"], row["patients_telemedecine"])
        for row in found["file_active_centre"]
    ]
    assert patients == [("lyon", 2023, 1, 1, 1), ("rennes", 2024, 2, 2, 0)]
    homes = {
        (row["departement_residence"], row["annee"])
        for row in found["file_active_territoire"]
        if row["departement_residence"] != "tous"
    }
    # 01003 is a former commune of Ain.
    assert homes == {("01", 2023), ("2A", 2024), ("01", 2024)}


@pytest.mark.parametrize("nothing", ["NULL", "null", "NA", " n/a ", "NaN", "None", "#N/A", "\u00a0"])
@pytest.mark.parametrize(
    ("column", "slug"),
    [("patient_id", "patient-absent"), ("centre_id", "centre-inconnu"), ("date", "date-illisible")],
)
def test_a_word_that_says_nothing_is_nothing(tmp_path, column, slug, nothing):
    cells = dict(zip(COLUMNS, ("P1", "2023-01-10", "lyon", "foie", "01004", "site"), strict=True))
    line = ",".join((cells | {column: nothing}).values())
    assert f"[{slug}]" in refused(written(tmp_path / "e.csv", f"{line}\n"), tmp_path / "out")


def test_the_same_spoiled_cells_in_parquet_are_read_as_in_csv(tmp_path):
    path = written(tmp_path / "e.csv", SPOILED)
    duckdb.sql(f"copy (from read_csv('{path}', all_varchar=true)) to '{tmp_path / 'e.parquet'}'")
    assert count(tmp_path / "e.parquet", tmp_path / "parquet")[1] == count(path, tmp_path / "csv")[1]


def test_a_commune_that_does_not_exist_is_unknown_and_counted(tmp_path):
    text = "".join(
        f"P{code},2023-01-10,lyon,foie,{code},site\n"
        for code in ("75999", "97199", "75056", "99109", "98818")
    )
    summary, found = count(written(tmp_path / "e.csv", text), tmp_path / "out")
    assert summary["communes_inconnues"] == 2
    homes = {
        row["departement_residence"]: row["patients"]
        for row in found["flux"]
        if row["groupe_maladie"] == "tous"
    }
    assert homes == {"75": 1, "99": 4}


def test_at_most_five_places_are_shown_for_a_reason(tmp_path):
    text = "P1 2023-01-10 brest foie 01004 site\n" * 8
    summary, _ = count(write_csv(tmp_path / "e.csv", EVENTS + text), tmp_path / "out", accept_rejects=True)
    assert [place["ligne"] for place in summary["rejets"][0]["exemples"]] == [5, 6, 7, 8, 9]


@pytest.mark.parametrize(
    ("column", "value", "slug"),
    [
        ("classe_age", "senior", "classe-age-inconnue"),
        ("annee_naissance", "hier", "naissance-incorrecte"),
        ("annee_naissance", "2030", "naissance-incorrecte"),
        ("annee_naissance", "1802", "naissance-incorrecte"),
        ("statut_diagnostic", "sûr", "statut-inconnu"),
        ("date_diagnostic", "un-jour", "date-diagnostic-illisible"),
    ],
)
def test_an_optional_cell_that_is_wrong_is_not_taken_for_empty(tmp_path, column, value, slug):
    path = write_csv(
        tmp_path / "e.csv", f"P1 2023-01-10 lyon foie 01004 site {value}", columns=(*COLUMNS, column)
    )
    assert f"[{slug}]" in refused(path, tmp_path / "out")


@pytest.mark.parametrize("missing", COLUMNS)
def test_a_missing_column_is_named(tmp_path, missing):
    columns = [name if name != missing else "autre" for name in COLUMNS]
    assert missing in refused(write_csv(tmp_path / "e.csv", EVENTS, columns=columns), tmp_path / "out")


def test_diseases_lead_to_groups_by_identifier_orpha_code_or_name(tmp_path):
    text = """
    P1 2023-01-10 lyon   wilson 01004 site
    P2 2023-01-10 rennes 63     01004 site
    P3 2023-01-10 paris  FABRY  01004 site
    P4 2023-01-10 rennes fabry  01004 site
    """
    columns = [name.replace("groupe_maladie", "maladie") for name in COLUMNS]
    _, found = count(write_csv(tmp_path / "e.csv", text, columns=columns), tmp_path / "out")
    groups = {(row["centre_id"], row["groupe_maladie"]): row["patients"] for row in found["nouveaux"]}
    assert groups == {
        ("lyon", "foie"): 1, ("rennes", "rein"): 2, ("paris", "peau"): 1,
        ("lyon", "tous"): 1, ("rennes", "tous"): 2, ("paris", "tous"): 1,
    }  # fmt: skip


def test_a_disease_of_several_groups_none_of_which_is_the_centre_s_is_refused(tmp_path):
    columns = [name.replace("groupe_maladie", "maladie") for name in COLUMNS]
    path = write_csv(tmp_path / "e.csv", "P1 2023-01-10 lyon fabry 01004 site", columns=columns)
    assert "[groupe-inconnu]" in refused(path, tmp_path / "out")


def variants(folder, events):
    """Yield the same events in other forms: name, what to give to the command."""
    text = events.read_text(encoding="utf-8")
    (folder / "bom.csv").write_text("\ufeff" + text.replace(",", ";"), encoding="utf-8")
    (folder / "tab.tsv").write_text(text.replace(",", "\t"), encoding="utf-8")
    (folder / "french.csv").write_text(re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\3/\2/\1", text), encoding="utf-8")
    with gzip.open(folder / "packed.csv.gz", "wt", encoding="utf-8") as stream:
        stream.write(text)
    header, *rows = text.splitlines()
    for number, row in enumerate(rows):
        (folder / f"part-{number}.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    (folder / "parquet").mkdir()
    for number, kind in enumerate(("date", "timestamp")):
        place = folder / "parquet" / f"{number}.parquet"
        chosen = "patient_id = 'P1'" if number else "patient_id <> 'P1'"
        query = f"select * replace (date::{kind} as date) from '{events}' where {chosen}"
        duckdb.sql(f"copy ({query}) to '{place}'")
    yield "bom", (str(folder / "bom.csv"),)
    yield "tab", (str(folder / "tab.tsv"),)
    yield "french dates", (str(folder / "french.csv"),)
    yield "gzip", (str(folder / "packed.csv.gz"),)
    yield "glob", (str(folder / "part-*.csv"),)
    yield "several", tuple(str(folder / f"part-{number}.csv") for number in range(len(rows)))
    yield "file address", ((folder / "tab.tsv").as_uri(),)
    yield "folder of typed Parquet", (str(folder / "parquet"),)


def test_the_same_events_in_any_form_give_the_same_tables(events, tmp_path):
    expected = count(events, tmp_path / "out")[1]
    for name, places in variants(tmp_path, events):
        assert count(places, tmp_path / f"out {name}")[1] == expected, name


def test_the_line_of_a_parquet_counts_from_one_in_its_own_file(tmp_path):
    write_csv(tmp_path / "good.csv", EVENTS)
    write_csv(tmp_path / "bad.csv", EVENTS + "P9 2023-01-01 brest foie 01004 site")
    for name in ("good", "bad"):
        duckdb.sql(f"copy (from '{tmp_path / name}.csv') to '{tmp_path / name}.parquet'")
    summary, _ = count((str(tmp_path / "*.parquet"),), tmp_path / "out", accept_rejects=True)
    assert summary["rejets"][0]["exemples"] == [{"fichier": "bad.parquet", "ligne": 4}]


_LONG = f"{','.join(COLUMNS)}\n" + "P1,2023-01-10,lyon,foie,01004,site\n" * 9000


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "en-tête"),
        ("latin.csv", "patient_id,prénom\n".encode("latin-1"), "UTF-8"),
        (
            "latin2.csv",
            _LONG.encode() + b"\xe9,2023-01-01,a,b,c,d\n",
            "CSV",
        ),
        (
            "ragged.csv",
            f"{','.join(COLUMNS)}\nP1,2023-01-01\n".encode(),
            "CSV",
        ),
        ("twice.csv", b"patient_id,date,Date\n", "même nom"),
        ("packed.csv.gz", b"not compressed", "illisible"),
        ("broken.parquet", b"PAR1 not a parquet PAR1", "Parquet"),
        (
            "header.csv",
            f"{','.join(COLUMNS)}\n".encode(),
            "Aucun événement",
        ),
    ],
)
def test_a_wrong_file_is_one_message(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    assert said in refused(tmp_path / name, tmp_path / "out")


def test_decimal_patients_are_refused(tmp_path):
    duckdb.sql(
        f"copy (select 1.5::double as patient_id, '2023-01-01' as date, 'lyon' as centre_id, 'foie' as groupe_maladie, "
        f"'01004' as code_commune, 'site' as modalite) to '{tmp_path / 'e.parquet'}'"
    )
    assert "patient_id" in refused(tmp_path / "e.parquet", tmp_path / "out")


def test_absent_files_mixed_formats_and_far_addresses_are_told(events, tmp_path):
    (tmp_path / "e.parquet").touch()
    assert "Aucun fichier" in refused(tmp_path / "no-*.csv", tmp_path / "out")
    assert "mêlés" in refused((str(events), str(tmp_path / "e.parquet")), tmp_path / "out")
    assert "--engine spark" in refused(("s3a://bucket/e.parquet",), tmp_path / "out")
    assert "--memory 6GB" in refused(events, tmp_path / "out", memory="beaucoup")


def test_a_directory_in_use_is_left_as_it_is(events, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="n'est pas vide"):
        count(events, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_an_empty_directory_is_taken(events, tmp_path):
    (tmp_path / "out").mkdir()
    assert count(events, tmp_path / "out")[1]["file_active_centre"]


_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.caseload_toys import TODAY, references
from rarecare.caseload.run import Request, caseload

steps = int(sys.argv[3])
def die(step, share):
    global steps
    steps -= 1
    if steps == 0:
        os.kill(os.getpid(), signal.SIGKILL)

caseload(Request(events=(sys.argv[1],), out=Path(sys.argv[2]), today=TODAY), references(), progress=die)
"""


def test_killed_at_any_step_nothing_half_is_there_and_the_next_run_cleans(events, tmp_path, repository):
    out = tmp_path / "out"
    for step in (2, 3 + len(STEPS), 1 + len(STEPS) + len(OUTPUTS)):
        command = [sys.executable, "-c", _KILLED, str(events), str(out), str(step)]
        ended = subprocess.run(command, cwd=repository, check=False)
        assert ended.returncode == -9
        assert not out.exists()
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".caseload")]
    count(events, out)
    assert {path.name for path in tmp_path.iterdir()} == {"e.csv", "out"}


def test_a_run_in_progress_is_not_cleaned_away(tmp_path):
    with staged(tmp_path / "out") as mine, staged(tmp_path / "out"):
        assert mine.exists()


def test_with_too_little_memory_the_count_overflows_on_the_disk_and_is_the_same(tmp_path):
    write_events(tmp_path / "e.parquet", references(), ["01004", "75056"], events=900_000)
    overflowed = set()

    def look(_step, _share):
        overflowed.update(path.name for path in tmp_path.glob(".caseload-*/travail/*"))

    request = Request(events=(str(tmp_path / "e.parquet"),), out=tmp_path / "little", memory="80MB")
    caseload(request, references(), progress=look)
    assert overflowed
    assert tables(tmp_path / "little") == count(tmp_path / "e.parquet", tmp_path / "enough")[1]


def test_statements_name_only_what_they_are_given():
    given = {"complet": True, "premiere": 2020, "provenance": "fictif"}
    assert only_used("select $complet -- $nothing", given) == {"complet": True}
    with pytest.raises(KeyError):
        only_used("select $unknown", given)


@pytest.mark.parametrize(
    "name", [*STEPS, *OUTPUTS, "rejets", "exemples", "evenements_maladies", "evenements_reconnus"]
)
def test_every_statement_says_its_grain_and_is_translated(name):
    assert statement(name).startswith("-- Grain: one row")
    assert "$" not in for_spark(statement(name))


def test_without_java_spark_says_what_to_install(events, tmp_path, monkeypatch):
    monkeypatch.setattr(spark_engine.shutil, "which", lambda _: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    message = refused(events, tmp_path / "out", engine="spark")
    assert "Java est introuvable" in message
    assert "Installer Java 17" in message


def test_without_pyspark_spark_says_what_to_install(events, tmp_path, monkeypatch):
    monkeypatch.setattr(spark_engine.importlib.util, "find_spec", lambda _: None)
    assert "rarecare[spark]" in refused(events, tmp_path / "out", engine="spark")


@pytest.fixture
def run(built_settings, monkeypatch, capsys):
    return runner(built_settings, monkeypatch, capsys)


def real_events(settings, path):
    references_ = References.of(open_dataset(settings))
    centre = references_.centres.to_pylist()[0]
    line = f"P1 2023-01-10 {centre['centre_id']} {centre['groupe_maladie']} 01004 site"
    return write_csv(path, line)


def test_the_command_counts_with_the_centres_of_the_dataset(run, built_settings, tmp_path):
    path = real_events(built_settings, tmp_path / "e.csv")
    found = run("caseload", path, "--out", tmp_path / "out", "--format", "json").json
    assert (found["moteur"], found["evenements_retenus"]) == ("duckdb", 1)
    assert found["lignes"]["file_active_centre"] == 1
    assert found["versions"]["jeu_de_donnees"] == open_dataset(built_settings).version
    assert (tmp_path / "out" / "file_active.parquet").is_file()


def test_the_command_knows_former_communes_and_says_how_many_are_unknown(run, built_settings, tmp_path):
    path = real_events(built_settings, tmp_path / "e.csv")
    lines = path.read_text(encoding="utf-8")
    row = lines.splitlines()[1]
    path.write_text(
        f"{lines}{row.replace('01004', '01003')}\n{row.replace('01004', '75999')}\n", encoding="utf-8"
    )
    said = run("caseload", path, "--out", tmp_path / "out").out
    assert "1\u00a0événement d’une commune inconnue" in said


def test_the_command_refuses_in_one_message(run, tmp_path):
    path = write_csv(tmp_path / "e.csv", EVENTS)
    assert is_one_french_message(run("caseload", path, "--out", tmp_path / "out"))
    assert run("caseload", path).code == 2
