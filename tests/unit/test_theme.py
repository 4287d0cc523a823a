"""The look keeps its contrasts, its licences and its own server."""

import hashlib
import re
import tomllib

import pytest

from rarecare.maps.colours import contrast
from rarecare.ui import theme


@pytest.fixture(scope="module")
def colours(repository):
    css = (repository / "static/rarecare.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", css))


@pytest.mark.parametrize("name", ["encre", "gris", "accent", "repere", "alerte"])
@pytest.mark.parametrize("ground", ["#ffffff", "voile", "accent-clair", "note"])
def test_every_text_colour_reads_on_every_ground(colours, name, ground):
    assert contrast(colours[name], colours.get(ground, ground)) >= 4.5


def test_streamlits_theme_and_our_style_share_one_accent_and_one_ink(repository, colours):
    shown = tomllib.loads((repository / ".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]
    assert shown["primaryColor"] == colours["accent"]
    assert shown["textColor"] == colours["encre"]
    assert contrast("#ffffff", shown["primaryColor"]) >= 4.5


@pytest.mark.parametrize(
    "name", ["rarecare.css", "rarecare-map.css", "rarecare.js", "rarecare-map.js", "leaflet/leaflet.css"]
)
def test_no_style_nor_script_names_another_server(repository, name):
    text = (repository / "static" / name).read_text(encoding="utf-8")
    assert not re.search(
        r"(?:https?:)?//[a-z0-9-]+\.[a-z]",
        re.sub(r"/\*.*?\*/|http://www\.w3\.org/\S+", "", text, flags=re.DOTALL),
    )


def test_every_font_and_image_that_a_style_names_is_there(repository):
    static = repository / "static"
    for sheet in static.rglob("*.css"):
        for name in re.findall(r'url\("?([^)"#]+)"?\)', sheet.read_text(encoding="utf-8")):
            assert (sheet.parent / name).is_file(), name


def test_third_party_files_are_those_whose_checksums_are_published(repository):
    static = repository / "static"
    listed = dict(
        reversed(line.split("  ", 1))
        for line in (static / "LICENCES.md").read_text(encoding="utf-8").splitlines()
        if re.match(r"[0-9a-f]{64}  ", line)
    )
    found = {
        str(path.relative_to(static)): hashlib.sha256(path.read_bytes()).hexdigest()
        for pattern in ("leaflet/**/*.*", "fonts/*.woff2")
        for path in static.glob(pattern)
    }
    assert listed == found


def test_addresses_are_relative_and_change_with_the_content():
    assert re.fullmatch(
        r"\.\./\.\./app/static/rarecare-map\.js\?v=[0-9a-f]{16}", theme.frame_asset("rarecare-map.js")
    )
    assert theme.geometry_url("cadres.geojson").startswith("../../carte/cadres.geojson?v=")
    assert theme.frame_url("/carte/communes.png") == "../../carte/communes.png"
