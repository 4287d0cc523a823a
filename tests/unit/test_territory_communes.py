"""The table of communes as published in ``geo/``, and how it is read."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from rarecare.errors import UserError
from rarecare.territory.communes import load_communes
from rarecare.territory.names import load_departements, load_regions


@pytest.fixture(scope="module")
def geo_dir():
    from rarecare.settings import Settings

    return Settings().geo_dir


@pytest.fixture(scope="module")
def communes(geo_dir):
    return load_communes(geo_dir)


@pytest.fixture(scope="module")
def pairs(geo_dir):
    table = pq.read_table(geo_dir / "adjacence.parquet")
    return np.array(table["code_a"].to_pylist()), np.array(table["code_b"].to_pylist())


def test_units_are_34_917_sorted_and_unique(communes):
    assert len(communes) == 34_875 - 3 + 45
    assert np.array_equal(communes.codes, np.unique(communes.codes))


def test_units_cover_the_101_departements_and_18_regions(communes, geo_dir):
    departements, regions = load_departements(geo_dir), load_regions(geo_dir)
    assert (len(departements), len(regions)) == (101, 18)
    assert set(communes.departements) == set(departements)
    region_of = {code: departement.region for code, departement in departements.items()}
    assert [region_of[code] for code in communes.departements] == communes.regions.tolist()
    assert set(communes.regions) == set(regions)


def test_every_chef_lieu_is_a_commune_of_its_departement(communes, geo_dir):
    for code, departement in load_departements(geo_dir).items():
        assert communes.departements[communes.resolve(departement.chef_lieu)] == code


def test_the_code_of_a_commune_begins_with_its_departement(communes):
    assert all(
        code.startswith(departement)
        for code, departement in zip(communes.codes, communes.departements, strict=True)
    )


def test_arrondissements_stand_for_paris_lyon_and_marseille(communes):
    cities, counts = np.unique(communes.parents[communes.parents != ""], return_counts=True)
    assert dict(zip(cities.tolist(), counts.tolist(), strict=True)) == {"13055": 16, "69123": 9, "75056": 20}
    assert communes.population[communes.parents == "75056"].sum() == 2_103_778


def test_names_keep_their_article(communes):
    assert communes.nom_of("76351") == "Le Havre"
    assert communes.nom_of("13055") == "Marseille"


def test_only_the_six_villages_that_died_for_france_are_empty(communes):
    empty = communes.codes[communes.population == 0].tolist()
    assert empty == ["55039", "55050", "55139", "55189", "55239", "55307"]


def test_mayotte_has_the_population_of_its_current_estimate(communes):
    assert communes.population[communes.departements == "976"].sum() == 338_208


def test_density_is_people_by_surface(communes):
    assert np.allclose(communes.densities, communes.population / communes.surfaces_km2, atol=5e-4)


@pytest.mark.parametrize(
    ("departements", "km2"), [(["75"], 105), (["2A", "2B"], 8_722), (["974"], 2_512), (["973"], 83_846)]
)
def test_surfaces_add_up_to_the_known_surface_of_a_territory(communes, departements, km2):
    surface = communes.surfaces_km2[np.isin(communes.departements, departements)].sum()
    assert surface == pytest.approx(km2, rel=0.02)


def test_no_two_communes_share_their_point(communes):
    points = np.column_stack([communes.longitudes, communes.latitudes])
    assert len(np.unique(points, axis=0)) == len(points)


@pytest.mark.parametrize(
    ("code", "longitude", "latitude"),
    [("29019", -4.49, 48.39), ("74208", 6.69, 45.92), ("97128", -61.38, 16.23), ("2A004", 8.74, 41.92)],
)
def test_well_known_towns_are_where_they_are(communes, code, longitude, latitude):
    position = communes.index_of(code)
    assert communes.longitudes[position] == pytest.approx(longitude, abs=0.02)
    assert communes.latitudes[position] == pytest.approx(latitude, abs=0.02)


@pytest.mark.parametrize(("city", "unit"), [("75056", "75104"), ("69123", "69381"), ("13055", "13202")])
def test_a_city_resolves_to_the_arrondissement_of_its_town_hall(communes, city, unit):
    assert communes.codes[communes.resolve(city)] == unit
    assert city in communes


def test_a_commune_resolves_to_itself(communes):
    assert communes.resolve("29019") == communes.index_of("29019")


def test_an_unknown_code_is_named_with_a_remedy(communes):
    assert "99999" not in communes
    with pytest.raises(UserError, match="Commune inconnue : 99999") as caught:
        communes.resolve("99999")
    assert caught.value.remedy


def test_a_city_has_no_position_of_its_own_and_the_message_names_an_arrondissement(communes):
    with pytest.raises(UserError, match="69381"):
        communes.index_of("69123")


def test_arrays_cannot_be_written(communes):
    with pytest.raises(ValueError, match="read-only"):
        communes.population[0] = 1.0


@pytest.mark.parametrize("load", [load_communes, load_departements, load_regions])
def test_a_missing_file_is_named_in_french(load, tmp_path):
    with pytest.raises(UserError, match=r"illisible.*make geo"):
        load(tmp_path)


def test_a_truncated_table_of_communes_is_refused(geo_dir, tmp_path):
    content = (geo_dir / "communes.parquet").read_bytes()
    (tmp_path / "communes.parquet").write_bytes(content[: len(content) // 2])
    with pytest.raises(UserError, match="communes est illisible"):
        load_communes(tmp_path)


def test_each_pair_of_neighbours_is_written_once(pairs, communes):
    left, right = pairs
    assert (left < right).all()
    assert len(set(zip(left.tolist(), right.tolist(), strict=True))) == len(left)
    assert set(np.concatenate(pairs)) <= set(communes.codes)


def test_neighbours_are_near(pairs, communes):
    left, right = (np.searchsorted(communes.codes, codes) for codes in pairs)
    mainland = np.char.str_len(communes.departements[left]) == 2
    north = communes.latitudes[left] - communes.latitudes[right]
    east = (communes.longitudes[left] - communes.longitudes[right]) * np.cos(
        np.radians(communes.latitudes[left])
    )
    assert 111.2 * np.hypot(north, east)[mainland].max() < 40


def test_only_true_islands_are_apart_from_the_mainland(pairs, communes):
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    left, right = (np.searchsorted(communes.codes, codes) for codes in pairs)
    links = coo_matrix((np.ones(len(left)), (left, right)), shape=(len(communes), len(communes)))
    _, component = connected_components(links, directed=False)
    main = np.bincount(component).argmax()
    mainland = (np.char.str_len(communes.departements) == 2) & ~np.isin(communes.departements, ["2A", "2B"])
    apart = communes.departements[mainland & (component != main)]
    counts = dict(zip(*(values.tolist() for values in np.unique(apart, return_counts=True)), strict=True))
    # Ré, Oléron, Aix; Bréhat; Batz, Sein, Molène, Ouessant; Belle-Île, Groix, Houat, Hœdic, Arz, Moines;
    # Yeu, Noirmoutier.
    assert counts == {"17": 19, "22": 1, "29": 4, "56": 9, "85": 5}


@pytest.mark.parametrize(("left", "right"), [("15031", "15141"), ("49126", "44003"), ("75104", "75105")])
def test_rebuilt_communes_have_their_neighbours(pairs, left, right):
    assert tuple(sorted((left, right))) in set(zip(*(codes.tolist() for codes in pairs), strict=True))
