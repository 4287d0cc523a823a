"""The seven criteria on the data of the repository: what is known is traced, what is not is said."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rarecare.access.selection import Selection
from rarecare.dataset.store import Dataset, open_dataset
from rarecare.errors import UserError
from rarecare.indicators.criteria import criteria_by_region, criteria_sheet
from rarecare.indicators.criteria_model import CRITERIA, CriteriaSheet, Measure
from rarecare.indicators.expected_sites import expected_caseloads
from rarecare.indicators.view import SelectionAccess
from rarecare.settings import Settings

CYSTIC_FIBROSIS = Selection(groupe="mucoviscidose_cftr")


@pytest.fixture(scope="module")
def dataset(built_settings: Settings) -> Dataset:
    return open_dataset(built_settings)


def one(sheet: CriteriaSheet, critere: str, libelle: str, portee: str = "") -> Measure:
    found = [
        measure
        for measure in sheet.of(critere)
        if measure.libelle.startswith(libelle) and portee in ("", measure.portee)
    ]
    assert len(found) == 1, (libelle, found)
    return found[0]


def test_every_criterion_has_a_number_or_says_what_would_fill_it(dataset):
    for groupe, region in (("mucoviscidose_cftr", "53"), ("aplasies_medullaires", "06"), ("fabry", "94")):
        sheet = criteria_sheet(dataset, Selection(groupe=groupe), region)
        assert list(dict.fromkeys(measure.critere for measure in sheet.measures)) == list(CRITERIA)
        for measure in sheet.measures:
            if measure.nature == "absent":
                assert math.isnan(measure.valeur)
                assert measure.reserve.endswith(".")
            else:
                assert not math.isnan(measure.valeur), measure
                assert measure.source, measure


def test_what_was_read_says_where_and_how_sure(dataset):
    sheet = criteria_sheet(dataset, CYSTIC_FIBROSIS, "53")
    people = sheet.of("prevalence")[0]
    row = dataset.query("criteria_group", groupe="mucoviscidose_cftr").iloc[0]
    assert (people.bas, people.valeur, people.haut) == (
        row["valeur_basse"],
        row["valeur_centrale"],
        row["valeur_haute"],
    )
    assert people.provenance == "publie"
    assert people.source.startswith("https://")
    assert "effectif lu" in people.reserve


def test_a_judgement_is_never_said_to_be_read(dataset):
    sheet = criteria_sheet(dataset, Selection(groupe="aplasies_medullaires"), "11")
    people = sheet.of("prevalence")[0]
    assert sheet.nature_of("prevalence") == "estime"
    assert (people.nature, people.provenance, people.source) == ("estime", "a_confirmer", "Aucune page lue")


def test_modelled_numbers_keep_their_range_and_are_flagged(dataset):
    sheet = criteria_sheet(dataset, CYSTIC_FIBROSIS, "53")
    modelled = [
        measure for measure in sheet.measures if measure.nature == "modele" and not math.isnan(measure.bas)
    ]
    assert len(modelled) == 4
    for measure in modelled:
        assert measure.bas < measure.valeur < measure.haut
        assert measure.source == "Modèle de RareCare"
    people, filled = (
        one(sheet, "file_active", "Patients suivis"),
        one(sheet, "file_active", "Files actives de 25"),
    )
    assert filled.valeur == pytest.approx(people.valeur / 25)
    assert people.valeur == pytest.approx(
        0.5 * one(sheet, "epidemiologie", "Personnes concernées attendues").valeur
    )


def test_no_observed_caseload_is_ever_made_up(dataset):
    observed = one(criteria_sheet(dataset, CYSTIC_FIBROSIS, "53"), "file_active", "File active observée")
    assert observed.nature == "absent"
    assert "aucune file active n'est importée" in observed.reserve


def test_a_region_known_as_uneven_shows_its_factor_and_the_others_say_that_they_have_none(dataset):
    bretagne = criteria_sheet(dataset, CYSTIC_FIBROSIS, "53")
    factor = one(bretagne, "epidemiologie", "Fréquence ÷ moyenne nationale")
    assert (factor.valeur, factor.provenance) == (1.3, "publie")
    assert "Finistère" in factor.libelle
    occitanie = criteria_sheet(dataset, CYSTIC_FIBROSIS, "76")
    absent = one(occitanie, "epidemiologie", "Fréquence propre à la région")
    assert absent.nature == "absent"
    assert "inégal ailleurs" in absent.reserve


def test_recourse_is_what_was_read_of_the_group_or_nothing(dataset):
    known = criteria_sheet(dataset, Selection(groupe="anomalies_developpement"), "76")
    share = one(known, "recours", "Patients vus au plus une fois par an")
    assert (share.valeur, share.genre, share.provenance, share.contexte) == (87, "part", "publie", False)
    unknown = criteria_sheet(dataset, CYSTIC_FIBROSIS, "76")
    assert one(unknown, "recours", "Venues par patient").nature == "absent"
    # Numbers of all rare diseases are shown beside, and never count as an answer.
    assert [measure.contexte for measure in unknown.of("recours") if measure.nature != "absent"] == [
        True,
        True,
    ]
    assert unknown.nature_of("recours") == "absent"
    assert set(unknown.unknown) == {"charge", "recours"}


def test_sites_of_both_levels_are_counted_whatever_the_level_asked(dataset):
    first = criteria_sheet(dataset, Selection(groupe="hypertension_pulmonaire", niveau="expertise"), "84")
    second = criteria_sheet(dataset, Selection(groupe="hypertension_pulmonaire"), "84")
    assert first == second
    access = SelectionAccess(dataset, Selection(groupe="hypertension_pulmonaire"))
    here = access.sites[access.sites["region"].eq("84")]
    assert one(first, "organisation", "Sites d'expertise", "Auvergne-Rhône-Alpes").valeur == (
        here["niveau"].eq("expertise").sum()
    )
    assert one(first, "organisation", "Centres de compétence", "Auvergne-Rhône-Alpes").valeur == (
        here["niveau"].eq("proximite").sum()
    )


def test_a_group_whose_prevalence_is_not_published_says_so_to_the_public(dataset):
    sheet = criteria_sheet(dataset, Selection(groupe="aplasies_medullaires", provenance="publie_date"), "11")
    people = one(sheet, "prevalence", "Personnes concernées")
    assert people.nature == "absent"
    assert "n'a pas été lue sur une page publiée" in people.reserve
    assert not [measure for measure in sheet.measures if measure.provenance == "a_confirmer"]
    assert not [measure for measure in sheet.measures if measure.nature == "modele"]
    table = criteria_by_region(dataset, Selection(groupe="aplasies_medullaires", provenance="publie_date"))
    assert table["patients_attendus"].isna().all()
    assert table["suivis"].isna().all()


def test_a_group_without_any_site_says_what_to_widen(dataset):
    empty = Selection(groupe="fabry", provenance="a_confirmer", periode="2017-2022")
    assert SelectionAccess(dataset, empty).sites.empty
    sheet = criteria_sheet(dataset, empty, "76")
    assert "élargir" in one(sheet, "organisation", "Temps médian").reserve
    assert criteria_by_region(dataset, empty)["temps_median_minutes"].isna().all()


def test_regions_add_up_to_the_country(dataset):
    table = criteria_by_region(dataset, CYSTIC_FIBROSIS)
    row = dataset.query("criteria_group", groupe="mucoviscidose_cftr").iloc[0]
    assert len(table) == 18
    for name, end in (
        ("patients_attendus_bas", "basse"),
        ("patients_attendus", "centrale"),
        ("patients_attendus_haut", "haute"),
    ):
        assert table[name].sum() == pytest.approx(row[f"valeur_{end}"])
    access = SelectionAccess(dataset, CYSTIC_FIBROSIS)
    shared = expected_caseloads(access)
    assert table["suivis"].sum() == pytest.approx(shared.sites["patients_suivis"].sum())
    assert table["sites_expertise"].sum() + table["sites_competence"].sum() == len(access.sites)
    assert np.isinf(table.set_index("region").loc["94", "temps_median_minutes"])


def test_a_sheet_agrees_with_the_comparison_of_regions(dataset):
    sheet = criteria_sheet(dataset, CYSTIC_FIBROSIS, "53", seuil_minutes=90)
    row = criteria_by_region(dataset, CYSTIC_FIBROSIS, seuil_minutes=90).set_index("region").loc["53"]
    assert one(sheet, "organisation", "Temps médian", "Bretagne").valeur == row["temps_median_minutes"]
    assert one(sheet, "organisation", "Habitants à plus de 90", "Bretagne").valeur == row["part_au_dela_pct"]
    assert one(sheet, "file_active", "Patients attendus dans les sites").valeur == pytest.approx(
        row["suivis"]
    )


@pytest.mark.parametrize(
    ("selection", "region", "reason"),
    [
        (Selection(), "53", "se lisent pour un groupe de maladies"),
        (Selection(filiere="RESPIFIL"), "53", "se lisent pour un groupe de maladies"),
        (Selection(groupe="inconnu"), "53", "Groupe de maladies inconnu"),
        (CYSTIC_FIBROSIS, "99", "Territoire inconnu"),
    ],
)
def test_a_question_without_group_or_region_is_refused(dataset, selection, region, reason):
    with pytest.raises(UserError, match=reason):
        criteria_sheet(dataset, selection, region)
