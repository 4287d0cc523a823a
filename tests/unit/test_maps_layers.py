"""Maps carry only what a filter changes, and name no other server."""

import json
import math
import re

import pytest
from streamlit_folium import _get_feature_group_string, _get_map_string

from rarecare.french import duration
from rarecare.maps import (
    MINUTES,
    Choropleth,
    Frames,
    LayerSet,
    Legend,
    LocalMap,
    RasterOverlay,
    Site,
    Sites,
    Territories,
)

GEOMETRY = "../../carte/departements_atlas.geojson?v=0"


def local(name: str) -> str:
    return f"../../app/static/{name}"


def script(*layers, view=None) -> str:
    carte = LocalMap("Carte", asset=local)
    carte.get_root().render()
    _get_map_string(carte)
    return str(_get_feature_group_string(LayerSet(*layers, view=view), map=carte))


def spec(layer) -> dict:
    text = re.search(r"\.put\((\{.*\})\);", script(layer)).group(1)
    return json.loads(text)


def choropleth(**changes) -> Choropleth:
    values = {"01": 20.0, "2A": math.inf, "29": math.nan}
    texts = {"01": "20\u00a0min", "2A": "pas de route"}
    return Choropleth(GEOMETRY, **({"values": values, "texts": texts, "scale": MINUTES} | changes))


def test_a_map_names_no_other_server():
    carte = LocalMap("Carte", asset=local)
    html = carte.get_root().render()
    addresses = re.findall(r"""(?:src|href)=["']([^"']+)""", html)
    assert addresses
    assert all(address.startswith("../../app/static/") for address in addresses)
    assert not re.search(r"bootstrap|jquery|awesome|cdn\.", html)


def test_the_script_of_a_map_never_changes_so_its_frame_is_kept():
    first, second = (_get_map_string(LocalMap("Carte", asset=local)) for _ in range(2))
    assert first == second
    assert len(first) < 250


def test_the_script_of_a_set_of_layers_only_depends_on_its_content():
    assert script(choropleth(), Frames("f")) == script(choropleth(), Frames("f"))
    assert script(choropleth()) != script(choropleth(selected="01"))


def test_a_choropleth_carries_a_code_a_class_and_a_label_for_each_territory():
    carried = spec(choropleth())
    assert carried["values"] == "0~20 min~01|-1~pas de route~2A|-2~~29"
    assert carried["colours"] == list(MINUTES.colours)
    assert carried["url"] == GEOMETRY


def test_a_hundred_territories_fit_in_three_thousand_bytes():
    minutes = {f"{rank:02d}": 5.0 * rank for rank in range(101)}
    layer = choropleth(values=minutes, texts={code: duration(value) for code, value in minutes.items()})
    assert len(script(layer).encode()) < 3000


def test_territories_with_the_same_text_share_it():
    layer = choropleth(values={"01": 20.0, "02": 21.0}, texts={"01": "20 min", "02": "20 min"})
    assert spec(layer)["values"] == "0~20 min~01 02"


def test_a_label_cannot_break_out_of_the_script_nor_of_its_row():
    text = script(choropleth(texts={"01": "</script><b>|~'\""}))
    assert "</script>" not in text
    assert spec(choropleth(texts={"01": "a|b~c"}))["values"].startswith("0~a-b-c~01|")


def test_the_sites_say_shape_size_doubt_and_name_and_the_highest_labels_are_drawn_last():
    sites = [
        Site("chu", 48.1234567, -1.5, "coordonnateur", 12, "CHU de Rennes", "12 centres"),
        Site("ch", 47.0, 2.0, "competence", 1, "CH", to_confirm=True),
    ]
    carried = spec(Sites(sites, selected="chu"))
    assert carried["sites"] == "47.000~2.000~3~1~1~ch~CH~|48.123~-1.500~0~12~0~chu~CHU de Rennes~12 centres"
    assert carried["shapes"] == ["losange", "triangle", "carre", "rond"]
    assert carried["selected"] == "chu"


def test_an_unknown_level_has_no_shape():
    with pytest.raises(KeyError):
        Sites([Site("x", 0, 0, "inconnu", 1, "x")])


def test_plain_territories_and_images_are_described_too():
    assert spec(Territories(GEOMETRY, filled=False))["fill"] is False
    assert spec(RasterOverlay("i.png", bounds=((41, -5), (51, 9)), alt="Temps"))["bounds"] == [
        [41, -5],
        [51, 9],
    ]


def test_the_view_travels_with_the_layers():
    assert "view([[41,-5],[51,9]])" in script(view=((41, -5), (51, 9))).replace(" ", "")
    assert "view(null)" in script()


def test_a_legend_names_every_class_both_hatches_and_every_marker():
    html = Legend(
        "Temps d’accès", MINUTES, no_road="pas de route", no_data="sans donnée", levels=("competence", "coordonnateur"),
        to_confirm=True,
    ).html()  # fmt: skip
    for text in (
        *MINUTES.labels,
        *MINUTES.colours,
        "pas de route",
        "sans donnée",
        "À confirmer",
        "Centre coordonnateur",
    ):
        assert text in html
    assert html.index("Centre coordonnateur") < html.index("Centre de compétence")
    assert "Centre constitutif" not in html


def test_pale_sites_are_told_apart_from_those_that_the_question_is_about():
    site = [Site("x", 0, 0, "crc", 1, "x")]
    assert spec(Sites(site, pale=True, name="autour"))["pale"]
    assert "pale" not in spec(Sites(site))


def test_a_legend_without_ticks_writes_its_labels_and_without_markers_ends_there():
    scale = type(MINUTES)((1.0,), ("#000000", "#ffffff"), ("peu & moins", "beaucoup"))
    html = Legend("Titre", scale).html()
    assert "peu &amp; moins" in html
    assert "rc-regle" not in html
    assert Legend("Titre").markers_html() == ""
