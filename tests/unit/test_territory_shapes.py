"""The published shapes, the placement of the DROM, the raster index and the sidecars of ``geo/``."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import shapely
import yaml

from rarecare.errors import UserError
from rarecare.settings import Settings
from rarecare.territory.atlas import from_mercator, load_placement, to_atlas, to_mercator
from rarecare.territory.communes import load_communes
from rarecare.territory.names import load_departements, load_regions
from rarecare.territory.shapes import load_shapes

GEO = Settings().geo_dir
DROM = {"971", "972", "973", "974", "976"}
OUTLINES = ["departements", "departements_atlas", "regions", "regions_atlas"]
OUTPUTS = sorted(
    path for path in GEO.rglob("*") if path.suffix in {".parquet", ".csv", ".json", ".geojson", ".npz"}
)


@pytest.fixture(scope="module", params=OUTLINES)
def outline(request):
    return request.param


@pytest.fixture(scope="module")
def shapes(outline):
    return load_shapes(GEO, outline)


@pytest.fixture(scope="module")
def raster():
    with np.load(GEO / "carte" / "communes_atlas.npz") as archive:
        return archive["index"], archive["bounds"]


def cell_of(raster, longitude, latitude):
    """Return the value of the cell that holds an atlas point."""
    index, (west, south, east, north) = raster
    (left, right, x), (bottom, top, y) = to_mercator(
        np.array([west, east, longitude]), np.array([south, north, latitude])
    )
    row = int((top - y) / (top - bottom) * index.shape[0])
    column = int((x - left) / (right - left) * index.shape[1])
    return index[row, column]


def test_every_territory_has_its_shape_and_its_name(shapes, outline):
    load = load_departements if outline.startswith("departements") else load_regions
    names = {code: territory.nom for code, territory in load(GEO).items()}
    assert dict(zip(shapes.codes, shapes.noms, strict=True)) == names
    assert list(shapes.codes) == sorted(shapes.codes)


def test_shapes_are_valid_and_share_their_borders_exactly(shapes):
    assert shapely.is_valid(shapes.geometries).all()
    assert shapely.coverage_is_valid(shapes.geometries)


def test_no_ground_between_territories_is_left_out(shapes):
    land = shapely.get_parts(shapely.union_all(shapes.geometries))
    assert shapely.get_num_interior_rings(land).tolist() == [0] * len(land)


def test_no_part_of_a_territory_is_a_sliver(shapes):
    parts = shapely.get_parts(shapes.geometries)
    roundness = 4 * np.pi * shapely.area(parts) / shapely.length(parts) ** 2
    assert roundness.min() > 0.1


def test_features_carry_code_and_name_only(outline):
    features = json.loads((GEO / "carte" / f"{outline}.geojson").read_text(encoding="utf-8"))["features"]
    assert {tuple(feature["properties"]) for feature in features} == {("code", "nom")}
    assert all(feature["id"] == feature["properties"]["code"] for feature in features)


def test_each_outline_weighs_at_most_200_kilobytes(outline):
    assert (GEO / "carte" / f"{outline}.geojson").stat().st_size <= 200_000


def test_geo_weighs_at_most_six_megabytes():
    assert sum(path.stat().st_size for path in GEO.rglob("*") if path.is_file()) <= 6_000_000


def test_simplified_departements_hold_nearly_all_their_communes():
    communes, shapes = load_communes(GEO), load_shapes(GEO, "departements")
    shape_of = dict(zip(shapes.codes, shapes.geometries, strict=True))
    points = shapely.points(communes.longitudes, communes.latitudes)
    inside = shapely.contains(np.array([shape_of[code] for code in communes.departements]), points)
    assert inside.mean() > 0.99


@pytest.mark.parametrize("kind", ["departements", "regions"])
def test_the_mainland_does_not_move_on_the_atlas(kind):
    true, moved = load_shapes(GEO, kind), load_shapes(GEO, f"{kind}_atlas")
    drom = DROM if kind == "departements" else {"01", "02", "03", "04", "06"}
    for code, here, there in zip(true.codes, true.geometries, moved.geometries, strict=True):
        assert shapely.equals_exact(here, there) == (code not in drom)


def test_each_drom_lies_in_its_own_frame_and_the_mainland_in_none():
    shapes, frames = load_shapes(GEO, "departements_atlas"), load_shapes(GEO, "cadres")
    rooms = dict(zip(frames.codes, shapely.convex_hull(frames.geometries), strict=True))
    assert set(rooms) == DROM
    for code, geometry in zip(shapes.codes, shapes.geometries, strict=True):
        touched = {drom for drom, room in rooms.items() if shapely.intersects(room, geometry)}
        assert touched == {code} & DROM
        assert all(shapely.contains_properly(rooms[drom], geometry) for drom in touched)


def test_frames_do_not_overlap():
    rooms = shapely.convex_hull(load_shapes(GEO, "cadres").geometries)
    overlaps = [shapely.intersects(one, other) for i, one in enumerate(rooms) for other in rooms[:i]]
    assert not any(overlaps)


def test_the_name_of_each_frame_starts_inside_it():
    features = json.loads((GEO / "carte" / "cadres.geojson").read_text(encoding="utf-8"))["features"]
    for feature in features:
        room = shapely.convex_hull(shapely.from_geojson(json.dumps(feature["geometry"])))
        text = feature["properties"]
        assert shapely.contains_xy(room, text["etiquette_longitude"], text["etiquette_latitude"])


def test_every_commune_of_a_drom_is_placed_in_its_frame():
    communes, placement = load_communes(GEO), load_placement(GEO)
    x_m, y_m = to_mercator(
        *placement.to_atlas(communes.longitudes, communes.latitudes, communes.departements)
    )
    for code, inset in placement.insets.items():
        assert np.array_equal(inset.contains(x_m, y_m), communes.departements == code)


def test_the_atlas_moves_a_single_point_with_the_placement_of_the_settings():
    longitude, latitude = to_atlas(-61.55, 16.25, "971")
    assert -6 < longitude < -3
    assert 42 < latitude < 45


def test_a_missing_placement_is_named_in_french(tmp_path):
    with pytest.raises(UserError, match="outre-mer est illisible"):
        load_placement(tmp_path)


@pytest.mark.parametrize(
    "content", ["{}", "[]", '{"cadres": [{"departement": "971", "cadre_m": 1}]}', "not json"]
)
def test_a_wrong_placement_is_refused(tmp_path, content):
    (tmp_path / "drom_cadres.json").write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match="outre-mer est illisible"):
        load_placement(tmp_path)


def test_a_missing_shape_file_is_named_in_french(tmp_path):
    with pytest.raises(UserError, match="fond de carte est illisible"):
        load_shapes(tmp_path, "departements")


def test_mercator_is_the_one_of_browsers():
    x_m, y_m = to_mercator(np.array([2.3522]), np.array([48.8566]))
    assert (x_m[0], y_m[0]) == pytest.approx((261_845.7, 6_250_564.3), abs=1.0)
    assert from_mercator(x_m, y_m)[1][0] == pytest.approx(48.8566)


def test_every_commune_has_a_cell(raster):
    index, _ = raster
    assert index.dtype == np.uint16
    assert np.array_equal(np.unique(index), [*range(len(load_communes(GEO))), 65535])


def test_the_raster_weighs_at_most_1_2_megabytes():
    assert (GEO / "carte" / "communes_atlas.npz").stat().st_size <= 1_200_000


def test_cells_are_square(raster):
    index, (west, south, east, north) = raster
    (left, right), (bottom, top) = to_mercator(np.array([west, east]), np.array([south, north]))
    assert (right - left) / index.shape[1] == pytest.approx((top - bottom) / index.shape[0], rel=1e-6)


def test_the_cell_of_a_town_is_that_of_its_commune(raster):
    communes = load_communes(GEO)
    longitudes, latitudes = load_placement(GEO).to_atlas(
        communes.longitudes, communes.latitudes, communes.departements
    )
    for code in ["29019", "38185", "2A004", "97209", "97302", "97411", "97611", "97105"]:
        position = communes.index_of(code)
        assert cell_of(raster, longitudes[position], latitudes[position]) == position


def test_the_sea_and_llivia_belong_to_no_commune(raster):
    assert cell_of(raster, -4.0, 46.0) == 65535
    assert cell_of(raster, 1.979, 42.464) == 65535


@pytest.mark.parametrize(
    "path", [path for path in OUTPUTS if "decisions" not in path.parts], ids=lambda path: path.name
)
def test_the_sidecar_of_each_output_matches_its_bytes(path: Path):
    record = yaml.safe_load(path.with_name(path.name + ".source.yaml").read_text(encoding="utf-8"))
    assert record["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert {"titre", "producteur", "licence", "sources", "traitements"} <= set(record)
    assert all(source["sha256_archive"] and source["licence"] for source in record["sources"])
