import shutil
from dataclasses import replace

import pytest

from rarecare.dataset import versions
from rarecare.dataset.build import build
from rarecare.errors import UserError
from rarecare.settings import Settings
from rarecare.territory.integrity import check_geo_files


@pytest.fixture
def geo(tmp_path):
    return shutil.copytree(Settings().geo_dir, tmp_path / "geo")


def test_the_files_of_the_repository_are_those_of_their_sheets():
    check_geo_files(Settings().geo_dir)


@pytest.mark.parametrize(
    "name",
    ["regions.csv", "drom_cadres.json", "carte/departements_atlas.geojson", "carte/communes_atlas.npz"],
)
def test_a_truncated_file_is_named(geo, name):
    path = geo / name
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(UserError, match="tronqué ou a été modifié") as caught:
        check_geo_files(geo)
    assert caught.value.where == str(path)


def test_an_absent_file_is_named(geo):
    (geo / "carte" / "cadres.geojson").unlink()
    with pytest.raises(UserError, match="est absent"):
        check_geo_files(geo)


def test_an_unreadable_sheet_is_named(geo):
    (geo / "regions.csv.source.yaml").write_text(": [")
    with pytest.raises(UserError, match="fiche"):
        check_geo_files(geo)


def test_a_map_that_lost_its_départements_is_not_published(geo, tmp_path):
    path = geo / "carte" / "regions_atlas.geojson"
    path.write_bytes(path.read_bytes()[:300])
    settings = replace(Settings(), geo_dir=geo, build_dir=tmp_path / "build")
    with pytest.raises(UserError, match="tronqué"):
        build(settings)
    assert versions.current_version(settings.build_dir) is None
