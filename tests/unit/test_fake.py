"""Fictitious files: said to be so, consistent, the same for the same seed, and accepted by every rule of the data."""

import shutil

import numpy as np
import pandas as pd
import pytest

from rarecare.dataset.fake import EVENT_COLUMNS, MAKERS, NOTE, fake_events, fake_table, yearly_patients
from rarecare.dataset.rules import check_tables
from rarecare.dataset.store import open_dataset
from rarecare.dataset.tables import load_package, refresh_package
from rarecare.errors import UserError
from rarecare.indicators.fictitious import country_of
from rarecare.settings import Settings
from rarecare.territory.names import load_departements
from tests.commands import is_one_french_message, runner

YEARS = (2024, 2025)
PACKAGE = load_package(Settings().data_dir)
MADE = pytest.mark.parametrize("name", MAKERS)
KEY = ["centre_id", "groupe_maladie", "annee", "modalite", "classe_age", "departement_residence"]
WHOLE = {"groupe_maladie": "tous", "modalite": "total", "classe_age": "tous", "departement_residence": "tous"}


@pytest.fixture(scope="module")
def dataset(built_settings):
    return open_dataset(built_settings)


@pytest.fixture(scope="module")
def country(dataset):
    return country_of(dataset, filiere="RESPIFIL")


@pytest.fixture(scope="module")
def counts(country):
    return fake_table("file_active", country, seed=3, years=YEARS).assign(
        patients=lambda rows: rows["patients"].astype(int)
    )


@pytest.fixture
def run(built_settings, monkeypatch, capsys):
    return runner(built_settings, monkeypatch, capsys)


def rows_where(frame, **values):
    kept = pd.Series(True, index=frame.index)
    for column, value in values.items():
        kept &= frame[column].eq(value)
    return frame[kept]


def totals_of(frame, *but):
    return rows_where(frame, **{name: value for name, value in WHOLE.items() if name not in but})


@MADE
def test_every_row_says_that_it_is_made_up(name, country):
    frame = fake_table(name, country, seed=3, years=YEARS)
    assert len(frame) > 0
    assert set(frame["provenance"]) == {"fictif"}
    assert set(frame["note"]) == {NOTE} == {"donnée fictive"}
    assert set(frame["source_url"]) == {""}


@MADE
def test_rows_have_the_columns_of_their_table_and_distinct_keys(name, country):
    table = PACKAGE.table(name)
    frame = fake_table(name, country, seed=3, years=YEARS)
    assert set(frame.columns) == set(table.columns)
    assert not frame.duplicated(list(table.primary_key)).any()


@MADE
def test_the_same_seed_gives_the_same_rows_and_another_seed_does_not(name, country):
    first, again, other = (fake_table(name, country, seed=seed, years=YEARS) for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


def test_no_rule_of_the_data_is_broken_but_that_nothing_made_up_is_shipped(
    country, built_settings, dataset, tmp_path
):
    data = tmp_path / "data"
    shutil.copytree(built_settings.data_dir, data)
    for name in MAKERS:
        frame = fake_table(name, country, seed=3, years=YEARS)
        frame[PACKAGE.table(name).columns].to_csv(data / f"{name}.csv", index=False, lineterminator="\n")
    refresh_package(data)
    problems = check_tables(data, dataset.communes, frozenset(load_departements(built_settings.geo_dir)))
    assert {problem.slug for problem in problems} == {"ligne-fictive-livree"}


def test_ages_and_places_of_residence_share_no_patient(counts):
    whole = totals_of(counts).set_index(["centre_id", "annee"])["patients"]
    for column in ("classe_age", "departement_residence"):
        parts = totals_of(counts, column)
        parts = parts[parts[column] != "tous"]
        sums = parts.groupby(["centre_id", "annee"])["patients"].sum()
        pd.testing.assert_series_equal(sums, whole, check_like=True)


def test_modalities_overlap_and_leave_nobody_out(counts):
    whole = totals_of(counts).set_index(["centre_id", "annee"])["patients"]
    site, remote = (
        totals_of(counts, "modalite")
        .pipe(rows_where, modalite=modality)
        .set_index(["centre_id", "annee"])["patients"]
        for modality in ("site", "telemedecine")
    )
    assert (site <= whole).all()
    assert (remote <= whole).all()
    assert (site + remote >= whole).all()
    assert (site + remote > whole).any()


def test_some_centres_supply_nothing_some_are_small_and_some_below_the_minimum(country, counts):
    whole = totals_of(counts)
    assert 0 < whole["centre_id"].nunique() < len(country.centres)
    assert (whole["patients"] <= 10).any()
    assert (whole["patients"] < 25).any()
    assert (whole["patients"] > 100).any()


def test_counts_are_drawn_around_the_modelled_caseload(country):
    patients = yearly_patients(country, 3, YEARS).astype(float)
    supplied = np.where(patients >= 0, patients, np.nan)[:, 0]
    modelled = country.centres["patients"].to_numpy()
    ratio = np.nanmedian(supplied / modelled)
    assert 0.6 < ratio < 1.5


def test_a_centre_for_children_follows_no_adult(country, counts):
    children_only = country.centres.loc[country.centres["audience"] == "enfant", "centre_id"]
    adults = totals_of(counts, "classe_age").pipe(rows_where, classe_age="adulte")
    assert set(children_only) & set(adults["centre_id"])
    assert adults.loc[adults["centre_id"].isin(children_only), "patients"].eq(0).all()


def test_patients_live_near_their_centre(country, dataset, counts):
    hospitals = dataset.run("select etablissement_id, departement from etablissements")
    home = dict(zip(hospitals["etablissement_id"], hospitals["departement"], strict=True))
    centre = dict(zip(country.centres["centre_id"], country.centres["etablissement_id"], strict=True))
    lived = totals_of(counts, "departement_residence")
    lived = lived[lived["departement_residence"] != "tous"]
    at_home = lived["departement_residence"].eq(lived["centre_id"].map(centre).map(home))
    assert lived.loc[at_home, "patients"].sum() > 0.2 * lived["patients"].sum()


def test_territories_count_fewer_patients_than_centres_do(country, counts):
    territories = fake_table("file_active_territoire", country, seed=3, years=YEARS)
    country_wide = rows_where(territories, departement_residence="tous", filiere="tous")
    assert len(country_wide) == len(YEARS)
    assert set(territories["groupe_maladie"]) - {"tous"} <= set(country.centres["groupe_maladie"])
    whole = totals_of(counts).groupby("annee")["patients"].sum()
    for row in country_wide.itertuples():
        assert 0.8 * whole[row.annee] < int(row.patients) < whole[row.annee]


def test_events_have_the_columns_that_caseload_reads(country):
    events = fake_events(country, seed=3, years=YEARS, events=2_000)
    assert list(events.columns) == list(EVENT_COLUMNS)
    assert len(events) == 2_000
    assert events["patient_id"].str.startswith("fictif-").all()
    assert set(events["modalite"]) == {"site", "telemedecine"}
    assert set(events["date"].dt.year) == set(YEARS)
    assert events.groupby("patient_id")["code_commune"].nunique().max() == 1
    assert events.groupby("patient_id")["centre_id"].nunique().max() == 2
    assert (events["date"].dt.year >= events["annee_naissance"]).all()
    assert set(events["code_commune"]) <= set(country.communes["code_commune"])


def test_nothing_is_made_up_for_a_table_of_facts(country):
    with pytest.raises(UserError, match="Aucune donnée fictive pour la table « centres »"):
        fake_table("centres", country, seed=3, years=YEARS)


def test_the_command_writes_files_that_say_what_they_are(run, tmp_path):
    outcome = run(
        "fake",
        "tout",
        "--out",
        tmp_path / "essai",
        "--filiere",
        "RESPIFIL",
        "--years",
        "2025",
        "--events",
        "50",
    )
    assert outcome.code == 0
    assert "6 fichiers fictifs" in outcome.out.replace("\u00a0", " ")
    names = sorted(path.name for path in (tmp_path / "essai").iterdir())
    assert names == sorted(f"fictif-{name}.csv" for name in (*MAKERS, "evenements"))
    assert len(pd.read_csv(tmp_path / "essai" / "fictif-evenements.csv")) == 50


def test_a_workbook_and_a_parquet_file_have_numbers_as_numbers(run, tmp_path):
    for file_format, read in (("xlsx", pd.read_excel), ("parquet", pd.read_parquet)):
        words = ("--filiere", "RESPIFIL", "--years", "2025", "--format", file_format)
        assert run("fake", "moyens", "--out", tmp_path, *words).code == 0
        kinds = {"engine": "calamine"} if file_format == "xlsx" else {}
        frame = read(tmp_path / f"fictif-moyens.{file_format}", **kinds)
        assert frame["consultations"].sum() > 0
        assert set(frame["annee"]) == {2025}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("centres",), "Aucune donnée fictive"),
        (("moyens", "--years", "2025-2024"), "Années illisibles"),
        (("moyens", "--years", "hier"), "Années illisibles"),
        (("moyens", "--years", "1990-2025"), "Années illisibles"),
        (("moyens", "--filiere", "INCONNUE"), "INCONNUE"),
    ],
)
def test_a_wrong_question_is_told_and_nothing_is_written(run, tmp_path, words, said):
    outcome = run("fake", *words, "--out", tmp_path / "essai")
    assert is_one_french_message(outcome)
    assert said in outcome.err
    assert not (tmp_path / "essai").exists()
