"""The commune map as a picture: each commune at its place and in its colour, nothing outside, little to send."""

import io
import shutil
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.routing import Route

from rarecare.access.selection import Selection
from rarecare.api.rasters import NO_DATA_COLOUR, commune_picture
from rarecare.dataset.store import open_dataset
from rarecare.errors import UserError
from rarecare.indicators.view import SelectionAccess
from rarecare.maps.raster import OUTSIDE, load_raster, paint
from rarecare.maps.scale import MINUTES
from rarecare.settings import Settings
from rarecare.territory.atlas import to_atlas
from rarecare.territory.communes import load_communes
from tests.asgi import ask

PICTURE = "/carte/communes.png"
EARTH_RADIUS_M = 6378137.0
# Mende, Paris, Brest, Ajaccio, Briançon, Fort-de-France, Saint-Denis, Sauzon, Limoges, Melun, Orléans, Auxerre, Blois
KNOWN = (
    "48095",
    "75104",
    "29019",
    "2A004",
    "05023",
    "97209",
    "97411",
    "56241",
    "87085",
    "77288",
    "45234",
    "89024",
    "41018",
)


@pytest.fixture(scope="module")
def raster():
    return load_raster(Settings().geo_dir)


@pytest.fixture(scope="module")
def communes():
    return load_communes(Settings().geo_dir)


@pytest.fixture(scope="module")
def dataset(built_settings):
    return open_dataset(built_settings)


@pytest.fixture(scope="module")
def get(built_settings):
    """Return the function that asks for a picture."""
    site = Starlette(routes=[Route(PICTURE, commune_picture(built_settings))])
    return lambda query="": ask(site, PICTURE, query=query)


@pytest.fixture(scope="module")
def ranks(raster):
    """Return, for each commune, one row and one column of the raster."""
    cells = raster.index.ravel()
    places = np.zeros(int(cells[cells != OUTSIDE].max()) + 1, dtype=np.intp)
    places[cells[cells != OUTSIDE]] = np.flatnonzero(cells != OUTSIDE)
    return np.unravel_index(places, raster.index.shape)


def pixels(reply):
    return np.asarray(Image.open(io.BytesIO(reply.body)).convert("RGBA"))


def rgba(colour):
    return (*bytes.fromhex(colour.removeprefix("#")), 255)


def latitude_of(y_m):
    return np.degrees(2 * np.arctan(np.exp(y_m / EARTH_RADIUS_M)) - np.pi / 2)


def test_every_commune_has_a_cell(raster, communes):
    assert set(np.unique(raster.index[raster.index != OUTSIDE])) == set(range(len(communes)))


def test_the_middle_of_each_cell_leads_back_to_its_commune(raster, ranks, communes):
    (south, west), (north, east) = raster.south_west, raster.north_east
    top, bottom = (
        EARTH_RADIUS_M * np.log(np.tan(np.pi / 4 + np.radians(value) / 2)) for value in (north, south)
    )
    rows, columns = raster.index.shape
    longitudes = west + (ranks[1] + 0.5) / columns * (east - west)
    latitudes = latitude_of(top - (ranks[0] + 0.5) / rows * (top - bottom))
    for rank in range(0, len(communes), 37):
        assert raster.commune_at(longitudes[rank], latitudes[rank]) == rank


def test_the_point_of_a_commune_leads_to_it_or_to_a_neighbour(raster, communes):
    longitudes, latitudes = to_atlas(communes.longitudes, communes.latitudes, communes.departements)
    found = np.array(
        [raster.commune_at(*point) for point in zip(longitudes, latitudes, strict=True)], dtype=object
    )
    assert None not in set(found), "a commune's point lies in the country"
    own = np.arange(len(communes))
    assert (found == own).mean() > 0.93
    pairs = pq.read_table(Settings().geo_dir / "adjacence.parquet", columns=["code_a", "code_b"]).to_pydict()
    neighbours = set(zip(pairs["code_a"], pairs["code_b"], strict=True))
    astray = [
        (str(communes.codes[a]), str(communes.codes[b]))
        for a, b in zip(own, found.astype(int), strict=True)
        if a != b
    ]
    strangers = [pair for pair in astray if tuple(sorted(pair)) not in neighbours]
    assert len(strangers) < 0.001 * len(communes)


@pytest.mark.parametrize(
    "place",
    [(0.0, 45.0 + 40), (-30.0, 46.0), (-5.5, 51.2), (-5.4475, 41.25), (9.7, 46.0), (0.0, 90.0), (0.0, -91.0),
     (float("nan"), 46.0), (2.0, float("nan")), (float("inf"), 46.0), (1e9, 46.0)],
)  # fmt: skip
def test_a_place_outside_the_country_has_no_commune(raster, place):
    assert raster.commune_at(*place) is None


def test_known_communes_have_the_colour_of_their_time(get, dataset, ranks):
    picture = pixels(get("filiere=RESPIFIL&indicateur=temps_median"))
    minutes = SelectionAccess(dataset, Selection(filiere="RESPIFIL")).nearest.minutes
    seen = set()
    for code in KNOWN:
        rank = dataset.communes.resolve(code)
        time = float(minutes[rank])
        if np.isfinite(time):
            expected = MINUTES.colours[sum(time > bound for bound in MINUTES.bounds)]
            assert tuple(picture[ranks[0][rank], ranks[1][rank]]) == rgba(expected), code
            seen.add(expected)
    assert len(seen) > 3, "the places chosen show several classes"


def test_all_communes_of_a_class_have_its_colour(get, dataset, raster):
    picture = pixels(get("filiere=RESPIFIL&indicateur=temps_median"))
    minutes = SelectionAccess(dataset, Selection(filiere="RESPIFIL")).nearest.minutes.astype(float)
    inside = raster.index != OUTSIDE
    # Nobody lives in a few communes destroyed in 1916: they have no median time.
    inhabited = dataset.communes.population > 0
    minutes[~inhabited] = np.nan
    time_of_cell = np.where(inside, minutes[np.where(inside, raster.index, 0)], np.nan)
    assert {tuple(colour) for colour in picture[inside & np.isnan(time_of_cell)]} == {rgba(NO_DATA_COLOUR)}
    bounds = (-1.0, *MINUTES.bounds, 1e6)
    for colour, low, high in zip(MINUTES.colours, bounds, bounds[1:], strict=False):
        cells = (time_of_cell > low) & (time_of_cell <= high)
        assert (picture[cells] == rgba(colour)).all()


def test_no_road_is_hatched_and_has_a_colour_of_its_own(get, dataset, ranks, raster):
    picture = pixels(get("filiere=RESPIFIL&indicateur=temps_median"))
    mayotte = np.isin(raster.index, np.flatnonzero(dataset.communes.departements == "976"))
    colours = {tuple(colour) for colour in picture[mayotte]}
    assert len(colours) == 2
    assert (255, 255, 255, 255) in colours
    assert colours.isdisjoint({rgba(colour) for colour in MINUTES.colours})


def test_nothing_is_drawn_outside_the_country_and_nothing_is_left_out_inside(get, raster):
    alpha = pixels(get("filiere=MCGRE"))[..., 3]
    assert alpha.shape == raster.index.shape
    np.testing.assert_array_equal(alpha == 255, raster.index != OUTSIDE)
    np.testing.assert_array_equal(alpha == 0, raster.index == OUTSIDE)


@pytest.mark.parametrize(
    "query",
    ["", "filiere=RESPIFIL", "niveau=expertise", "filiere=OSCAR&indicateur=part_sous_seuil&seuil=45",
     "filiere=OSCAR&indicateur=habitants_au_dela&seuil=90", "groupe=huntington_chorees&public=enfant"],
)  # fmt: skip
def test_a_picture_is_a_png_of_at_most_150_kilobytes(get, query):
    reply = get(query)
    assert reply.status == 200
    assert reply.headers["content-type"] == "image/png"
    assert len(reply.body) <= 150_000
    assert Image.open(io.BytesIO(reply.body)).mode == "P"


def test_a_picture_of_this_version_is_kept_for_ever_and_another_checked_again(get, dataset):
    assert (
        get(f"filiere=MCGRE&v={dataset.version}").headers["cache-control"]
        == "public, max-age=31536000, immutable"
    )
    for query in ("filiere=MCGRE", "filiere=MCGRE&v=2020-01-01-ancienne"):
        assert get(query).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("filiere=INCONNUE", "Filière inconnue : « INCONNUE »"),
        ("indicateur=bonheur", "Indicateur inconnu : « bonheur »"),
        ("seuil=abc", "Seuil illisible : « abc »"),
        ("seuil=" + "9" * 5000, "Seuil illisible"),
        ("seuil=٣٠", "Seuil illisible"),
        ("seuil=0", "Seuil hors limites"),
        ("seuil=9999", "Seuil hors limites"),
        ("seuil=-5", "Seuil illisible"),
        ("niveau=local", "Valeur inconnue pour « niveau »"),
        ("filiere=OSCAR&reseau=oscar-moc", "Un seul périmètre à la fois"),
        ("reseau=marih-creak&periode=sans", "Aucun site labellisé connu"),
        ("couleur=rouge", "Paramètre inconnu : « couleur »"),
    ],
)
def test_a_wrong_address_gets_400_and_a_french_sentence(get, query, said):
    from urllib.parse import quote

    reply = get(quote(query, safe="=&"))
    assert reply.status == 400
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert said in reply.body.decode()
    assert len(reply.body) < 2000


def test_the_public_picture_shows_published_and_dated_sites_whatever_is_asked(built_settings, get):
    public = Starlette(routes=[Route(PICTURE, commune_picture(replace(built_settings, public=True)))])
    dated = get("filiere=OSCAR&provenance=publie_date").body
    assert get("filiere=OSCAR").body != dated
    for query in ("filiere=OSCAR", "filiere=OSCAR&provenance=a_confirmer", "filiere=OSCAR&provenance=tous"):
        assert ask(public, PICTURE, query=query).body == dated


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 cut", b"not an archive"])
def test_a_missing_or_broken_raster_is_told_in_french(tmp_path, content):
    (tmp_path / "carte").mkdir()
    if content is not None:
        (tmp_path / "carte" / "communes_atlas.npz").write_bytes(content)
    with pytest.raises(UserError, match="fond de carte des communes est absent ou illisible"):
        load_raster(tmp_path)


def test_a_truncated_raster_is_told_in_french(tmp_path):
    (tmp_path / "carte").mkdir()
    target = tmp_path / "carte" / "communes_atlas.npz"
    shutil.copy(Settings().geo_dir / "carte" / "communes_atlas.npz", target)
    target.write_bytes(target.read_bytes()[:-5000])
    with pytest.raises(UserError, match="make geo"):
        load_raster(tmp_path)


def test_a_class_has_its_colour_and_no_other(raster, communes):
    classes = (np.arange(len(communes)) % 3).astype(np.uint8)
    colours = ("#112233", "#445566", "#778899")
    picture = np.asarray(Image.open(io.BytesIO(paint(raster, classes, colours))).convert("RGBA"))
    inside = raster.index != OUTSIDE
    for rank, colour in enumerate(colours):
        cells = inside & (raster.index % 3 == rank)
        assert (picture[cells] == rgba(colour)).all()
