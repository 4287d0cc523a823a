"""Tables of the page Distance against plain counts, and what an empty selection should widen."""

from __future__ import annotations

import numpy as np
import pytest

from rarecare.access.selection import Selection
from rarecare.dataset.store import shared_dataset
from rarecare.errors import UserError
from rarecare.indicators.places import (
    dependence_by_commune,
    dependence_by_departement,
    minutes_added,
    place_names,
    places_within,
)
from rarecare.indicators.relax import require_sites
from rarecare.indicators.times import times_by_commune, times_by_departement
from rarecare.indicators.view import SelectionAccess


@pytest.fixture(scope="module")
def dataset(built_settings):
    return shared_dataset(built_settings)


@pytest.fixture(scope="module")
def access(dataset):
    return SelectionAccess(dataset, Selection(filiere="RESPIFIL"))


def test_the_people_of_a_departement_are_counted_one_commune_at_a_time(dataset, access):
    within = places_within(access, 60)
    row = dependence_by_departement(access, 60).set_index("departement").loc["21"]
    inside = [rank for rank, code in enumerate(dataset.communes.departements) if code == "21"]
    one = sum(access.people[rank] for rank in inside if within[rank] == 1)
    none = sum(access.people[rank] for rank in inside if within[rank] in (0, 3))
    assert row["habitants_un_lieu"] == pytest.approx(one)
    assert row["habitants_sans_lieu"] == pytest.approx(none)
    assert row["part_un_lieu"] + row["part_sans_lieu"] + row["part_deux_lieux"] == pytest.approx(1)


def test_every_person_is_counted_once_at_any_threshold(access):
    for seuil in (1, 45, 600):
        table = dependence_by_departement(access, seuil)
        parts = table["part_un_lieu"] + table["part_sans_lieu"] + table["part_deux_lieux"]
        assert np.allclose(parts, 1)
        assert table["population"].sum() == pytest.approx(access.people.sum())


def test_the_loss_of_a_place_never_saves_time(access):
    added = minutes_added(access, "21231")
    assert (added[np.isfinite(added)] >= 0).all()
    assert (np.isnan(added) == np.isinf(access.nearest.minutes)).all()
    assert (added > 0).any()


def test_a_commune_without_a_site_cannot_be_taken_away(access):
    with pytest.raises(UserError, match="Aucun site de la sélection dans la commune"):
        minutes_added(access, "48095")


def test_the_only_place_of_a_selection_cannot_be_taken_away(dataset):
    for reseau in dataset.query("reseaux_choices")["code"]:
        alone = SelectionAccess(dataset, Selection(reseau=reseau))
        if alone.rows.size == 1:
            break
    (code,) = place_names(alone)
    with pytest.raises(UserError, match="seule ville"):
        minutes_added(alone, code)


def test_a_threshold_out_of_bounds_is_refused(access):
    for seuil in (0, -30, 601):
        with pytest.raises(UserError, match="Seuil hors limites"):
            places_within(access, seuil)


def test_the_communes_have_the_place_and_the_state_of_their_nearest_site(dataset, access):
    table = times_by_commune(access).set_index("code_commune")
    mende = table.loc["48095"]
    rank = dataset.communes.index_of("48095")
    best = min(access.rows, key=lambda row: float(dataset.matrix.minutes([row])[0, rank]))
    place = dataset.communes.index_of(dataset.matrix.sources[best])
    assert mende["minutes"] == pytest.approx(float(dataset.matrix.minutes([best])[0, rank]))
    assert mende["lieu"] == dataset.communes.noms[place]
    assert mende["etat"] == "route"
    assert table.loc["97608", ["etat", "lieu"]].tolist() == ["pas de route", ""]
    assert (table["second_minutes"] >= table["minutes"]).all()
    assert len(table) == len(dataset.communes)


def test_an_island_reached_by_a_ferry_says_so(dataset):
    access = SelectionAccess(dataset, Selection())
    states = times_by_commune(access)["etat"].value_counts()
    assert set(states.index) == {"route", "route et bac", "pas de route"}
    ferry = dataset.matrix.ferry(access.rows)
    nearest = access.nearest
    place = np.maximum(nearest.site, 0)
    by_ferry = ferry[place, np.arange(len(place))] & (nearest.site >= 0)
    assert states["route et bac"] == by_ferry.sum()


def test_departements_come_the_farthest_first_and_those_without_a_road_before(access):
    medians = times_by_departement(access)["mediane_minutes"].to_numpy()
    assert np.isinf(medians[0])
    finite = medians[np.isfinite(medians)]
    assert (np.diff(finite) <= 0).all()


def test_communes_without_a_place_taken_away_add_nothing_known(access):
    table = dependence_by_commune(access, 60)
    assert table["minutes_ajoutees"].isna().all()
    assert set(table["lieux"]) == {"aucun lieu", "un seul lieu", "deux lieux ou plus", "pas de route"}
    assert dependence_by_commune(access, 60, "21231")["minutes_ajoutees"].gt(0).any()


def test_a_selection_with_sites_is_accepted(access):
    require_sites(access, "centre")


def empty(dataset, **fields):
    access = SelectionAccess(dataset, Selection(**fields))
    assert access.sites.empty
    return access


def test_the_remedy_names_the_one_criterion_that_is_enough_and_what_it_gives(dataset):
    for filiere in dataset.query("filieres_choices")["code"]:
        access = SelectionAccess(dataset, Selection(filiere=filiere, niveau="expertise", periode="sans"))
        wider = SelectionAccess(dataset, Selection(filiere=filiere, niveau="proximite", periode="sans"))
        if access.sites.empty and len(wider.sites):
            break
    with pytest.raises(UserError) as raised:
        require_sites(access, "centre")
    assert raised.value.what == "Aucun centre n'est connu de RareCare avec ces critères"
    assert "le niveau « Proximité »" in raised.value.remedy
    assert f"{len(wider.sites)}\u00a0site" in raised.value.remedy


def test_several_criteria_are_named_together_when_none_is_enough(dataset):
    access = empty(
        dataset,
        filiere="FILSLAN",
        niveau="expertise",
        public="enfant",
        provenance="a_confirmer",
        periode="sans",
    )
    with pytest.raises(UserError) as raised:
        require_sites(access, "centre")
    assert raised.value.remedy.startswith(
        "Choisir le niveau « Proximité », tous les publics, le label le plus récent et"
    )


def test_a_locked_criterion_is_never_offered(dataset):
    access = empty(
        dataset,
        filiere="FILSLAN",
        niveau="expertise",
        public="enfant",
        provenance="a_confirmer",
        periode="sans",
    )
    with pytest.raises(UserError) as raised:
        require_sites(access, "centre", locked=("provenance",))
    assert "toutes les données" not in raised.value.remedy
