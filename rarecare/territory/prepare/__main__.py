"""``python -m rarecare.territory.prepare``: write ``geo/`` again from the two public packages."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from rarecare.errors import UserError
from rarecare.settings import load_settings
from rarecare.territory.atlas import Placement
from rarecare.territory.prepare import outlines, placement, raster, sources
from rarecare.territory.prepare.adjacency import adjacency
from rarecare.territory.prepare.outputs import OUTPUTS
from rarecare.territory.prepare.packages import obtain
from rarecare.territory.prepare.points import unit_points
from rarecare.territory.prepare.polygons import unit_polygons, units_of
from rarecare.territory.prepare.population import compare_with_estimates, read_estimates, unit_population
from rarecare.territory.prepare.sidecars import write_sidecars
from rarecare.territory.prepare.tables import check_units, surfaces_km2, unit_table

N_DEPARTEMENTS = 101
N_REGIONS = 18
#: 34,875 communes of the mainland and the DROM, less Paris, Lyon and Marseille, plus their 45 arrondissements.
N_UNITS = 34_917


@dataclass(frozen=True)
class Territory:
    """Everything that is written: units, their clean polygons (WGS84), names of territories, former communes."""

    table: pd.DataFrame
    polygons: pd.Series
    departements: pd.DataFrame
    regions: pd.DataFrame
    former: pd.Series


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the preparation; return 0, or 1 with a French message when a source is missing or not the expected one."""
    options = _options(arguments)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            packages = obtain(options.packages, Path(scratch))
            prepare(packages, options.data, options.decisions, options.output)
    except UserError as error:
        print(error.message, file=sys.stderr)
        return 1
    return 0


def prepare(packages: Path, data_dir: Path, decisions: Path, geo_dir: Path) -> None:
    """Write all outputs of ``geo_dir`` from the unpacked packages and what was decided by hand."""
    (geo_dir / "carte").mkdir(parents=True, exist_ok=True)
    territory = _read_territory(packages, data_dir, decisions)
    _write_tables(territory, geo_dir)
    _write_maps(territory, geo_dir)
    write_sidecars(geo_dir, OUTPUTS)


def _read_territory(packages: Path, data_dir: Path, decisions: Path) -> Territory:
    official = sources.read_official_communes(packages)
    units = units_of(official)
    _say_counts(official, len(units), sources.count_overseas_collectivities(packages))
    contours = sources.read_polygons(packages)
    _refuse_lost(official, contours)
    clean = unit_polygons(units, contours, sources.read_cantons(packages), decisions)
    _say("Polygones", clean["origine_polygone"].value_counts().to_dict())
    points = unit_points(clean, contours["mairie"], units["departement"], decisions)
    _say("Points", points["origine_point"].value_counts().to_dict())
    estimates = read_estimates(data_dir)
    population = unit_population(units["population"], units["departement"], estimates)
    _say_population(units["population"], population, units["departement"], estimates)
    table = unit_table(units, points, population, surfaces_km2(clean["polygon"], units["departement"]))
    check_units(table, clean["polygon"])
    return Territory(
        table=table,
        polygons=clean["polygon"],
        departements=sources.read_administrative_list(packages, "departements"),
        regions=sources.read_administrative_list(packages, "regions"),
        former=sources.read_former_communes(packages),
    )


def _write_tables(territory: Territory, geo_dir: Path) -> None:
    departements = territory.table.set_index("code_commune")["departement"]
    neighbours = adjacency(territory.polygons, departements)
    _say("Paires de communes voisines", len(neighbours))
    territory.table.to_parquet(geo_dir / "communes.parquet", index=False, compression="zstd")
    neighbours.to_parquet(geo_dir / "adjacence.parquet", index=False, compression="zstd")
    names = territory.departements.rename(columns={"chefLieu": "chef_lieu"})[["nom", "region", "chef_lieu"]]
    names.to_csv(geo_dir / "departements.csv", index_label="departement", lineterminator="\n")
    territory.regions[["nom"]].to_csv(geo_dir / "regions.csv", index_label="region", lineterminator="\n")
    territory.former.to_csv(
        geo_dir / "communes_anciennes.csv", index_label="code_commune", lineterminator="\n"
    )


def _write_maps(territory: Territory, geo_dir: Path) -> None:
    shapes = placement.project(territory.polygons.to_numpy())
    owners = territory.table["departement"]
    exact = outlines.dissolve(shapes, owners)
    atlas = placement.place(exact.to_numpy(), list(exact.index), territory.departements["nom"].to_dict())
    _write_json(geo_dir / "drom_cadres.json", placement.placement_record(atlas))
    frames = outlines.collection(placement.frame_features(atlas))
    (geo_dir / "carte" / "cadres.geojson").write_text(frames, encoding="utf-8")
    simple = outlines.simplify(exact, atlas)
    _write_outlines(simple, territory, "", geo_dir)
    _write_outlines(outlines.atlas_place(simple, atlas), territory, "_atlas", geo_dir)
    moved = placement.move(shapes, owners, atlas)
    _write_raster(moved, territory.table, atlas, geo_dir)


def _write_outlines(departements: pd.Series, territory: Territory, suffix: str, geo_dir: Path) -> None:
    regions = outlines.dissolve(
        departements.to_numpy(), territory.departements["region"].reindex(departements.index)
    )
    names = {"departements": territory.departements["nom"], "regions": territory.regions["nom"]}
    expected = {"departements": N_DEPARTEMENTS, "regions": N_REGIONS}
    for what, shapes in (("departements", departements), ("regions", regions)):
        geometries = outlines.published(shapes.to_numpy())
        outlines.check_coverage(geometries, expected[what], what=what + suffix)
        text = outlines.feature_collection(list(shapes.index), names[what], geometries)
        (geo_dir / "carte" / f"{what}{suffix}.geojson").write_text(text, encoding="utf-8")
        _say(f"{what}{suffix}.geojson", f"{len(text.encode()) / 1000:.0f} ko")


def _write_raster(moved: NDArray[np.object_], table: pd.DataFrame, atlas: Placement, geo_dir: Path) -> None:
    points = placement.project(shapely.points(table["longitude"], table["latitude"]))
    points = placement.move(points, table["departement"], atlas)
    frames = np.array([inset.frame_m for inset in atlas.insets.values()])
    everything = np.vstack([frames, shapely.total_bounds(moved)])
    grid = raster.grid_over(np.r_[everything[:, :2].min(axis=0), everything[:, 2:].max(axis=0)])
    index, without_cell = raster.rasterise(moved, points, grid)
    raster.save_raster(geo_dir / "carte" / "communes_atlas.npz", index, grid)
    _say("Grille", f"{grid.rows} × {grid.columns}, {without_cell} communes plus petites qu'une cellule")


def _refuse_lost(official: pd.DataFrame, contours: pd.DataFrame) -> None:
    lost = sorted(set(official.index) - set(contours.index))
    if lost:
        raise ValueError(f"communes of the official list unknown to the polygons: {lost}")


def _say_counts(official: pd.DataFrame, n_units: int, n_collectivities: int) -> None:
    communes = official[official["code_parent"] == ""]
    n_arrondissements = len(official) - len(communes)
    zones = communes["zone"].value_counts()
    _say("Liste officielle", f"{len(communes) + n_collectivities} communes")
    _say("  collectivités d'outre-mer, hors du champ", f"−{n_collectivities}")
    _say("  Hexagone et Corse, DROM", f"{zones['metro']} + {zones['drom']} = {len(communes)}")
    _say("  Paris, Lyon, Marseille par arrondissement", f"−{len(sources.CITIES)} + {n_arrondissements}")
    _say("Unités", n_units)
    if n_units != N_UNITS:
        raise ValueError(f"{n_units} units, {N_UNITS} expected")


def _say_population(
    official: pd.Series, used: pd.Series, departements: pd.Series, estimates: pd.Series
) -> None:
    ratios = compare_with_estimates(official, departements, estimates).sort_values()
    _say("Population des communes", f"{official.sum()} (listes officielles), {used.sum()} (retenue)")
    shown = {
        code: round(float(ratio), 3) for code, ratio in pd.concat([ratios.head(3), ratios.tail(3)]).items()
    }
    _say("Estimation départementale ÷ somme des communes, extrêmes", shown)
    _say("Communes sans habitant", list(used.index[used == 0]))


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _say(label: str, value: object) -> None:
    print(f"{label} : {value}")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    settings = load_settings()
    parser = argparse.ArgumentParser(prog="python -m rarecare.territory.prepare", description=main.__doc__)
    parser.add_argument("--packages", type=Path, help="dossier des deux paquets déjà décompressés")
    parser.add_argument("--data", type=Path, default=settings.data_dir, help="dossier des tables de RareCare")
    decisions = settings.geo_dir / "decisions"
    parser.add_argument("--decisions", type=Path, default=decisions, help="dossier des choix faits à la main")
    parser.add_argument("--output", type=Path, default=settings.geo_dir, help="dossier à écrire")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
