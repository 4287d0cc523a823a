"""What the page Méthode says of engines, completeness and references follows the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import rarecare
from rarecare.travel.parameters import RoadParameters
from rarecare.ui.method_engine import PARAMETERS, REFERENCES, parameter_text

CODE = Path(rarecare.__file__).parent


def test_every_parameter_of_the_commune_graph_has_its_french_name():
    assert set(RoadParameters().as_dict()) <= set(PARAMETERS)


def test_every_parameter_of_the_routing_engines_has_its_french_name():
    kept = "".join(
        path.read_text(encoding="utf-8") for path in sorted((CODE / "travel" / "engines").glob("*.py"))
    )
    returned = re.findall(r"def parameters\(self\).*?return (\{.*?\})", kept, re.DOTALL)
    names = {name for text in returned for name in re.findall(r'"(\w+)":', text)}
    assert {"address", "profile", "costing", "configuration", "snap_limit_metres"} <= names
    assert names <= set(PARAMETERS)


def test_the_references_are_those_of_the_code():
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(CODE.rglob("*.py")))
    cited = {
        doi.rstrip(".,;")
        for doi in re.findall(r"https://doi\.org/(10\.[^\s`>]+?)(?=[.,;:]?(?:\s|$)|\)[.,;])", code)
    }
    assert {doi for *_, doi in REFERENCES} == cited
    assert len(cited) >= 10


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.19, "1,19"),
        (65.0, "65"),
        (20_000.0, "20 000"),
        (True, "oui"),
        (False, "non"),
        ("", "non dite"),
        ("car", "car"),
    ],
)
def test_parameters_are_written_in_french(value, text):
    assert parameter_text(value).replace("\u202f", " ") == text
