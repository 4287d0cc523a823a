"""``rarecare import``, ``versions`` and ``rollback``: what they say, their exit codes, what they leave behind."""

import json
import re

import pytest

from rarecare.cli import main
from rarecare.dataset import versions
from rarecare.dataset.imports.journal import chain_in_force
from rarecare.dataset.imports.mapping import Mapping
from rarecare.dataset.store import open_dataset
from tests.building import version_in_force
from tests.commands import is_one_french_message, runner
from tests.importing import CENTRE, own_settings, without_long_work

HEADER = "Réseau;Hôpital;Année;Nombre de patients"
SAID = ("--who", "Agathe", "--why", "Essai")


@pytest.fixture
def settings(built_settings, tmp_path):
    return own_settings(built_settings, tmp_path)


@pytest.fixture
def quick(settings, monkeypatch):
    without_long_work(settings, monkeypatch.setattr)


@pytest.fixture
def run(settings, monkeypatch, capsys):
    monkeypatch.setenv("RARECARE_IMPORTS_DIR", str(settings.imports_dir))
    return runner(settings, monkeypatch, capsys)


@pytest.fixture
def file(tmp_path):
    def write(*lines, header=HEADER, name="files actives.csv"):
        path = tmp_path / name
        path.write_bytes("\n".join([header, *lines, ""]).encode("cp1252"))
        return path

    return write


def patients(settings):
    frame = open_dataset(settings).run(
        "select centre_id, annee, patients, provenance from file_active order by annee"
    )
    return list(frame.itertuples(index=False, name=None))


def test_a_french_file_becomes_a_version_with_who_and_why(quick, run, settings, file):
    path = file("CAP;CHU de Rouen;2024;1 100", "CAP;CHU de Rouen;2025;1 234")
    outcome = run(
        "import", "file_active", path, "--officiel", "--who", "Agathe", "--why", "Rapport", "--format", "json"
    )
    document = outcome.json
    assert (document["ajoutees"], document["problemes"]) == (2, [])
    assert document["version"] == version_in_force(settings).name
    assert patients(settings) == [(CENTRE, 2024, 1100, "officiel"), (CENTRE, 2025, 1234, "officiel")]
    (entry,) = chain_in_force(settings)
    assert (entry.who, entry.why, entry.file) == ("Agathe", "Rapport", "files actives.csv")
    assert (settings.imports_dir / entry.import_id / "source.csv").read_bytes() == path.read_bytes()
    again = run("import", "file_active", path, "--officiel", *SAID)
    assert is_one_french_message(again)
    assert "ne change rien" in again.err


def test_a_dry_run_says_what_would_change_and_writes_nothing(quick, run, settings, file):
    before = version_in_force(settings)
    outcome = run("import", "file_active", file("CAP;CHU de Rouen;2025;1 234"), "--dry-run")
    assert outcome.code == 0
    assert "Rien n'est appliqué" in outcome.out
    assert version_in_force(settings) == before
    assert not settings.imports_dir.exists()


def test_all_problems_are_told_written_apart_and_nothing_changes(run, settings, file, tmp_path):
    path = file("CAP;CHU de Rouen;2025;<10", "CAP;CHU de Rouen;2024;-3", "CAP;Hôpital de nulle part;2025;5")
    report = tmp_path / "anomalies" / "liste.csv"
    outcome = run("import", "file_active", path, "--problems", report, *SAID)
    assert outcome.code == 1
    assert outcome.out == ""
    for words in ("files actives.csv, ligne 2", "ligne 3", "ligne 4", "Hôpital de nulle part"):
        assert words in outcome.err
    lines = report.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "fichier,feuille,ligne,colonne,valeur,règle,remède,code"
    assert len(lines) >= 4
    assert not settings.imports_dir.exists()


def test_problems_are_also_valid_json_with_code_1(run, settings, file):
    path = file("CAP;CHU de Rouen;2025;beaucoup")
    outcome = run("import", "file_active", path, "--format", "json", *SAID)
    assert outcome.code == 1
    document = json.loads(outcome.out)
    assert document["version"] is None
    assert [problem["line"] for problem in document["problemes"]] == [2]
    assert patients(settings) == []


def test_a_doubtful_hospital_is_decided_on_the_command_line(quick, run, settings, file):
    path = file("CAP;Clinique inconnue;2025;20")
    refused = run("import", "file_active", path, *SAID)
    assert refused.code == 1
    assert "--match" in refused.err
    outcome = run(
        "import", "file_active", path, "--match", "Clinique inconnue=chu-de-rouen", "--format", "csv", *SAID
    )
    assert outcome.csv[0]["ajoutees"] == "1"
    assert patients(settings) == [(CENTRE, 2025, 20, "a_confirmer")]


def test_a_saved_mapping_serves_again(quick, run, settings, file, tmp_path):
    saved = tmp_path / "correspondance.toml"
    run("import", "file_active", file("CAP;CHU de Rouen;2025;20"), "--dry-run", "--save-mapping", saved)
    assert Mapping.from_toml(saved.read_text(encoding="utf-8")).table == "file_active"
    path = file("CAP;CHU de Rouen;2025;30", name="suivant.csv")
    assert run("import", "file_active", path, "--mapping", saved, *SAID).code == 0
    assert [count for _, _, count, _ in patients(settings)] == [30]
    other = run("import", "moyens", path, "--mapping", saved, *SAID)
    assert is_one_french_message(other)
    assert "file_active" in other.err


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["import", "exceptions", "absent.csv"], "ne s'importe pas"),
        (["import", "inconnue", "absent.csv"], "Table inconnue"),
        (["import", "plateformes", "absent.csv", "--mode", "remplacer"], "completer"),
        (["import", "file_active", "absent.csv"], "absent"),
        (["import", "file_active", "."], "dossier"),
        (["rollback", "jamais-vue"], "Version inconnue"),
        (["versions", "--compare", "jamais-vue", "non-plus"], "Version inconnue"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_mistake_is_one_french_message_and_code_1(run, words, named):
    outcome = run(*words, *(SAID if words[0] in {"import", "rollback"} else ()))
    assert is_one_french_message(outcome)
    assert named in outcome.err


def test_a_match_without_a_hospital_is_told(run, file):
    outcome = run("import", "file_active", file("CAP;CHU de Rouen;2025;20"), "--match", "CHU de Rouen", *SAID)
    assert is_one_french_message(outcome)
    assert "--match" in outcome.err


def test_the_second_of_two_imports_at_once_is_told_with_code_1(quick, run, settings, file):
    with versions.build_lock(settings.build_dir):
        outcome = run("import", "file_active", file("CAP;CHU de Rouen;2025;20"), *SAID)
    assert outcome.code == 1
    assert "Une autre construction est en cours" in outcome.err


def test_versions_are_listed_compared_and_gone_back_to(quick, run, settings, file):
    first = version_in_force(settings).name
    run("import", "file_active", file("CAP;CHU de Rouen;2025;20"), *SAID)
    second = version_in_force(settings).name
    listed = run("versions", "--format", "json").json
    assert [(row["version"], row["en_service"], row["pourquoi"]) for row in listed] == [
        (second, True, "Essai"), (first, False, None),
    ]  # fmt: skip
    assert listed[0]["tables"]["file_active"] == 1
    assert listed[0]["taille_mo"] > 1
    assert not re.search(r"\d{4}-\d{2}-\d{2}T", run("versions").out)
    compared = run("versions", "--compare", first, second, "--format", "json").json
    assert compared["tables"] == [{"table": "file_active", "ajoutees": 1, "changees": 0, "retirees": 0}]
    back = run("rollback", first, *SAID)
    assert back.out == f"Version en service : {first} (auparavant : {second})\n"
    assert patients(settings) == []
    assert is_one_french_message(run("rollback", first, *SAID))
    assert run("rollback", second, *SAID).code == 0
    assert len(patients(settings)) == 1


def test_small_counts_of_cells_that_change_are_not_shown(quick, run, file):
    run("import", "file_active", file("CAP;CHU de Rouen;2025;7"), *SAID)
    document = run(
        "import", "file_active", file("CAP;CHU de Rouen;2025;9"), "--dry-run", "--format", "json"
    ).json
    (cell,) = document["cellules"]
    assert (cell["colonne"], cell["avant"], cell["apres"]) == ("patients", None, None)


def test_the_check_tells_the_imports_in_force(run, settings, file):
    run("import", "file_active", file("CAP;CHU de Rouen;2025;20"), *SAID)
    document = run("check", "--format", "json").json
    assert document["imports"] == [entry.import_id for entry in chain_in_force(settings)]
    assert document["tables_fictives"] == []
    assert "1\u00a0import en service" in run("check").out


def test_help_never_reads_anything(capsys):
    for name in ("import", "versions", "rollback"):
        assert main([name, "--help"]) == 0
    assert "FICHIER" in capsys.readouterr().out


def test_columns_that_are_not_read_are_named_and_the_useful_ones_must_be_decided(quick, run, settings, file):
    header = f"{HEADER};Télémédecine;Avis du pôle"
    path = file("CAP;CHU de Rouen;2024;1 100;300;favorable", header=header)
    for words in (["import", "file_active", path, "--dry-run"], ["import", "file_active", path, *SAID]):
        refused = run(*words)
        assert refused.code == 1
        assert "Colonnes du fichier qui ne sont pas lues : « Télémédecine » et « Avis du pôle »" in (
            refused.err.replace("\u00a0", " ")
        )
        assert "[colonne-non-lue]" in refused.err
        assert "--ignore-column" in refused.err
    assert patients(settings) == []
    told = json.loads(run(*words, "--format", "json").out)
    assert told["colonnes_non_lues"] == [
        {"intitule": "Télémédecine", "raison": "porte des nombres"}, {"intitule": "Avis du pôle", "raison": None},
    ]  # fmt: skip
    outcome = run(*words, "--ignore-column", "Télémédecine", "--format", "json")
    assert (outcome.code, outcome.json["ajoutees"]) == (0, 1)
    assert "« Télémédecine »" in outcome.err.replace("\u00a0", " ")


def test_the_columns_left_aside_are_kept_with_the_mapping(quick, run, file, tmp_path):
    header, saved = f"{HEADER};Télémédecine", tmp_path / "correspondance.toml"
    path = file("CAP;CHU de Rouen;2024;1 100;300", header=header)
    run(
        "import", "file_active", path, "--ignore-column", "Télémédecine", "--dry-run", "--save-mapping", saved
    )
    assert run("import", "file_active", path, "--mapping", saved, "--dry-run").code == 0


def test_what_is_unlikely_is_told_before_applying_and_stops_nothing(quick, run, file):
    path = file("CAP;CHU de Rouen;2024;100", "CAP;CHU de Rouen;2025;900")
    outcome = run("import", "file_active", path, "--dry-run", "--format", "json")
    assert outcome.code == 0
    assert [point["slug"] for point in outcome.json["a_verifier"]] == ["ecart-a-verifier"]
    assert "À vérifier" in outcome.err
