import gzip
import os

import pytest

from rarecare.assets import AssetFolder, carte_folder, static_folder

GEOJSON = b'{"type":"FeatureCollection","features":[]}' + b" " * 2000


@pytest.fixture
def folder(tmp_path):
    directory = tmp_path / "geo" / "carte"
    directory.mkdir(parents=True)
    (directory / "regions.geojson").write_bytes(GEOJSON)
    (directory / "index.npz").write_bytes(b"raster")
    (directory / ".secret.geojson").write_bytes(GEOJSON)
    (tmp_path / "geo" / "outside.geojson").write_bytes(GEOJSON)
    return carte_folder(tmp_path / "geo")


def test_a_file_of_the_folder_is_found_with_its_type(folder):
    asset = folder.find("regions.geojson")
    assert asset.content == GEOJSON
    assert asset.media_type == "application/geo+json"


@pytest.mark.parametrize(
    "name",
    [
        "absent.geojson",
        "index.npz",
        ".secret.geojson",
        "../outside.geojson",
        "../carte/regions.geojson",
        "/etc/passwd",
        "..\\outside.geojson",
        "regions.geojson\0",
        "",
        ".",
    ],
)
def test_nothing_else_is_sent(folder, name):
    assert folder.find(name) is None


def test_a_link_that_leads_outside_the_folder_is_not_followed(folder, tmp_path):
    (tmp_path / "geo" / "carte" / "link.geojson").symlink_to(tmp_path / "geo" / "outside.geojson")
    assert folder.find("link.geojson") is None


def test_the_address_carries_the_version_of_the_content(folder):
    version = folder.find("regions.geojson").version
    assert folder.url("regions.geojson") == f"/carte/regions.geojson?v={version}"


def test_new_content_has_a_new_address(folder, tmp_path):
    before = folder.url("regions.geojson")
    path = tmp_path / "geo" / "carte" / "regions.geojson"
    path.write_bytes(GEOJSON + b"\n")
    os.utime(path, ns=(1, 1))
    assert folder.url("regions.geojson") != before


def test_a_missing_file_has_no_address(folder):
    with pytest.raises(FileNotFoundError, match=r"absent\.geojson"):
        folder.url("absent.geojson")


def test_text_is_compressed_always_in_the_same_way(folder):
    asset = folder.find("regions.geojson")
    assert gzip.decompress(asset.compressed) == GEOJSON
    assert len(asset.compressed) < len(GEOJSON) / 10
    assert (
        AssetFolder(folder.directory, "/x/", {".geojson"}).find("regions.geojson").compressed
        == asset.compressed
    )


def test_what_is_already_compressed_or_too_small_is_left_alone(tmp_path):
    (tmp_path / "font.woff2").write_bytes(b"x" * 5000)
    (tmp_path / "tiny.css").write_bytes(b"a{}")
    static = static_folder(tmp_path)
    assert static.find("font.woff2").compressed is None
    assert static.find("tiny.css").compressed is None


def test_a_static_file_in_a_sub_folder_is_sent(tmp_path):
    (tmp_path / "un").mkdir()
    (tmp_path / "un" / "world_110m.json").write_text("{}")
    assert static_folder(tmp_path).find("un/world_110m.json").media_type == "application/json"
