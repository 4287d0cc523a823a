"""Hospitals of the directory: those of the chosen département stand out, and the map goes there."""

import pytest

from rarecare.access.selection import Selection
from rarecare.dataset.store import open_dataset
from rarecare.indicators.view import SelectionAccess
from rarecare.maps.hospitals import departement_markers, departement_view, markers_of


@pytest.fixture
def access(built_settings):
    return SelectionAccess(open_dataset(built_settings), Selection(filiere="RESPIFIL"))


def test_the_hospitals_of_the_departement_are_apart_from_those_around(access):
    found, around = departement_markers(access, "67")
    assert {marker.code for marker in found} == {"hopitaux-universitaires-de-strasbourg"}
    assert {marker.code for marker in (*found, *around)} == {marker.code for marker in markers_of(access)}


def test_without_departement_all_hospitals_stand_out(access):
    assert departement_markers(access, "") == (markers_of(access), ())


@pytest.mark.parametrize("departement", ["67", "974"])
def test_the_view_holds_the_hospitals_of_the_departement_and_not_the_country(access, departement):
    (south, west), (north, east) = departement_view(access.dataset, departement)
    found, _ = departement_markers(access, departement)
    assert found
    assert all(south < site.latitude < north and west < site.longitude < east for site in found)
    assert north - south < 3
