"""Pictures of the communes: the pixels are those of a plain count, and what cannot be drawn is said in French."""

from __future__ import annotations

import io
import json
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette

from rarecare.access.selection import Selection
from rarecare.api import rasters
from rarecare.api.routes import routes
from rarecare.dataset.store import shared_dataset
from rarecare.indicators.view import SelectionAccess
from rarecare.maps.pictures import NO_ROAD_GREY, added_scale, dependence_scale, difference_scale, time_scale
from rarecare.maps.raster import OUTSIDE, load_raster
from tests.asgi import ask

# A capital, a town, a village far from all, an island, Corsica, two overseas communes.
SAMPLED = ("75101", "21231", "48095", "05061", "29155", "2A004", "97411", "97302", "97608")
RESPIFIL = {"filiere": "RESPIFIL"}
EXPERT = {"filiere": "RESPIFIL", "niveau": "expertise"}


@pytest.fixture(scope="module")
def dataset(built_settings):
    return shared_dataset(built_settings)


@pytest.fixture
def get(built_settings):
    app = Starlette(routes=routes(built_settings))
    return lambda path="/carte/communes.png", **query: ask(app, path, query=urlencode(query))


def minutes(dataset, selection, code):
    """Return the sorted minutes from one commune to each place of a selection, read one by one."""
    rank = dataset.communes.index_of(code)
    rows = sorted(set(SelectionAccess(dataset, selection).sites["matrix_row"]))
    return sorted(float(dataset.matrix.minutes([row])[0, rank]) for row in rows)


def colours_of(dataset, settings, content, code):
    """Return the colours of the cells of a commune."""
    raster = load_raster(settings.geo_dir)
    image = Image.open(io.BytesIO(content))
    assert image.mode == "P"
    pixels = np.array(image.convert("RGBA"))
    cells = pixels[raster.index == dataset.communes.index_of(code)]
    assert len(cells), f"{code} has no cell"
    return {"#{:02x}{:02x}{:02x}".format(*cell[:3]) for cell in cells}


def expected_swatch(scale, rank):
    swatch = scale.swatches[rank]
    return {swatch.colour} | ({swatch.pattern.ink} if swatch.pattern else set())


@pytest.mark.parametrize("code", SAMPLED)
def test_the_colour_of_a_commune_is_the_class_of_its_nearest_time(get, dataset, built_settings, code):
    nearest = minutes(dataset, Selection(**RESPIFIL), code)[0]
    rank = 7 if nearest == np.inf else sum(nearest > bound for bound in (30, 45, 60, 90, 120, 180))
    content = get(mode="temps", **RESPIFIL).body
    assert colours_of(dataset, built_settings, content, code) <= expected_swatch(time_scale(), rank)


@pytest.mark.parametrize("code", SAMPLED)
@pytest.mark.parametrize("seuil", [45, 120])
def test_dependence_counts_the_places_within_the_threshold(get, dataset, built_settings, code, seuil):
    times = minutes(dataset, Selection(**RESPIFIL), code)
    rank = 3 if times[0] == np.inf else min(2, sum(time <= seuil for time in times))
    content = get(mode="dependance", seuil=seuil, **RESPIFIL).body
    assert colours_of(dataset, built_settings, content, code) <= expected_swatch(dependence_scale(), rank)


@pytest.mark.parametrize("code", SAMPLED)
def test_the_map_without_a_place_is_that_of_the_other_places(get, dataset, built_settings, code):
    access = SelectionAccess(dataset, Selection(**RESPIFIL))
    gone = "21231"
    rank = dataset.communes.index_of(code)
    rows = set(access.sites["matrix_row"])
    left = rows - {dataset.matrix.row_of(gone)}
    before = min(float(dataset.matrix.minutes([row])[0, rank]) for row in rows)
    after = min(float(dataset.matrix.minutes([row])[0, rank]) for row in left)
    if before == np.inf:
        swatch = 6
    elif after == np.inf:
        swatch = 5
    else:
        added = after - before
        swatch = 0 if added == 0 else 1 + sum(added > bound for bound in (15, 30, 60))
    content = get(mode="sans", sans=gone, **RESPIFIL).body
    assert colours_of(dataset, built_settings, content, code) <= expected_swatch(added_scale(), swatch)


@pytest.mark.parametrize("code", SAMPLED)
def test_the_difference_is_the_second_selection_less_the_first(get, dataset, built_settings, code):
    first = minutes(dataset, Selection(**EXPERT), code)[0]
    second = minutes(dataset, Selection(**RESPIFIL), code)[0]
    if first == np.inf:
        rank = 11 if second == np.inf else 9
    elif second == np.inf:
        rank = 10
    else:
        gap = second - first
        rank = sum(gap > bound for bound in (-60, -30, -15, -5)) + sum(
            gap >= bound for bound in (5, 15, 30, 60)
        )
    content = get(mode="difference", **EXPERT, filiere_b="RESPIFIL").body
    assert colours_of(dataset, built_settings, content, code) <= expected_swatch(difference_scale(), rank)


def test_an_island_without_a_road_is_hatched(get, dataset, built_settings):
    content = get(mode="temps", filiere="RESPIFIL", niveau="expertise").body
    assert NO_ROAD_GREY in colours_of(dataset, built_settings, content, "97411")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"mode": "temps"},
        {"mode": "dependance", "seuil": 30},
        {"mode": "sans", "sans": "75115"},
        {"mode": "difference", "niveau": "expertise"},
    ],
    ids=lambda query: query.get("mode", "indicateur"),
)
def test_a_picture_is_an_indexed_png_of_at_most_150_kilobytes_clear_outside(get, built_settings, query):
    reply = get(**query)
    assert (reply.status, reply.headers["content-type"]) == (200, "image/png")
    assert len(reply.body) <= 150_000
    image = np.array(Image.open(io.BytesIO(reply.body)).convert("RGBA"))
    index = load_raster(built_settings.geo_dir).index
    assert (image[..., 3] == 0).tolist() == (index == OUTSIDE).tolist()


def test_a_picture_is_kept_for_a_year_only_under_the_version_in_force(get, dataset):
    assert "immutable" in get(mode="temps", v=dataset.version).headers["cache-control"]
    assert get(mode="temps", v="2020-01-01-00000000").headers["cache-control"] == "no-cache"
    assert get(mode="temps").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"mode": "bonheur"}, "Carte inconnue : « bonheur »"),
        ({"filiere": "RESPIFOL"}, "Filière inconnue"),
        ({"filiere_b": "RESPIFOL", "mode": "difference"}, "Filière inconnue"),
        ({"niveau": "moyen"}, "Valeur inconnue pour « niveau »"),
        ({"filiere": "RESPIFIL", "reseau": "x"}, "Un seul périmètre à la fois"),
        ({"seuil": "-30"}, "Seuil illisible : « -30 »"),
        ({"seuil": "0"}, "Seuil hors limites : 0 minutes"),
        ({"seuil": "9999"}, "Seuil hors limites"),
        ({"seuil": "٣٠"}, "Seuil illisible"),
        ({"mode": "sans"}, "Le lieu retiré n'est pas donné"),
        ({"mode": "sans", "sans": "48095", "filiere": "RESPIFIL"}, "Aucun site de la sélection dans la commune"),
        ({"mode": "temps", "couleur": "rouge"}, "Paramètre inconnu : « couleur »"),
        ({"indicateur": "bonheur"}, "Indicateur inconnu"),
        ({"mode": "temps", "filiere": "FILSLAN", "public": "enfant", "provenance": "a_confirmer", "periode": "sans"},
         "Aucun site labellisé connu"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_with_a_french_sentence(get, query, sentence):
    reply = get(**query)
    assert reply.status == 400
    assert reply.headers["content-type"].startswith("text/plain")
    assert sentence in reply.body.decode()
    assert "Traceback" not in reply.body.decode()


def test_the_same_question_is_painted_once(get):
    rasters._painted.cache_clear()
    assert get(mode="temps", **RESPIFIL).body == get(mode="temps", **RESPIFIL, v="x").body
    assert rasters._painted.cache_info().misses == 1


def test_the_public_gets_the_picture_of_published_and_dated_sites(built_settings):
    from dataclasses import replace

    public = Starlette(routes=routes(replace(built_settings, public=True)))
    private = Starlette(routes=routes(built_settings))
    asked = urlencode({"mode": "temps", **RESPIFIL})
    dated = urlencode({"mode": "temps", **RESPIFIL, "provenance": "publie_date"})
    shown = ask(public, "/carte/communes.png", query=asked).body
    assert shown == ask(private, "/carte/communes.png", query=dated).body
    assert shown != ask(private, "/carte/communes.png", query=asked).body


def test_the_file_of_the_hospitals_holds_each_of_them_once(get, dataset):
    reply = get("/carte/sites.json", v=dataset.version, **RESPIFIL)
    content = json.loads(reply.body)
    rows = [row.split("~") for row in content["sites"].split("|")]
    expected = set(SelectionAccess(dataset, Selection(**RESPIFIL)).sites["etablissement_id"])
    assert sorted(row[5] for row in rows) == sorted(expected)
    assert "immutable" in reply.headers["cache-control"]


def test_the_file_of_the_hospitals_never_tells_the_public_what_is_to_confirm(built_settings):
    from dataclasses import replace

    public = Starlette(routes=routes(replace(built_settings, public=True)))
    reply = ask(public, "/carte/sites.json", query=urlencode({**RESPIFIL, "provenance": "a_confirmer"}))
    rows = [row.split("~") for row in json.loads(reply.body)["sites"].split("|")]
    assert {row[4] for row in rows} == {"0"}


def test_an_unknown_filiere_has_no_hospital_file(get):
    reply = get("/carte/sites.json", filiere="RESPIFOL")
    assert reply.status == 400
    assert "Filière inconnue" in reply.body.decode()
