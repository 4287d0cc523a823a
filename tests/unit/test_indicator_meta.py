"""The registry of indicators: complete, coherent, documented."""

import re

import numpy as np
import pytest

from rarecare.access.selection import THRESHOLDS_MINUTES, Selection
from rarecare.dataset.store import open_dataset
from rarecare.errors import UserError
from rarecare.indicators.frames import indicator_values, thresholds_with, unavailable_indicators
from rarecare.indicators.registry import indicator, registry
from rarecare.indicators.view import SelectionAccess

UNIT_AT_THE_END = {
    "duree": "_minutes",
    "part": "_pct",
    "taux": "_per_million",
    "indice": "_indice",
    "rapport": "_ratio",
}


@pytest.fixture(scope="module")
def access(built_settings):
    return SelectionAccess(open_dataset(built_settings), Selection(groupe="huntington_chorees"))


@pytest.mark.parametrize("slug", registry())
def test_an_indicator_tells_all_that_a_reader_must_know(slug):
    meta = indicator(slug).meta
    for text in (
        meta.label,
        meta.court,
        meta.colonne,
        meta.unite,
        meta.formule,
        meta.denominateur,
        meta.source,
    ):
        assert text.strip() == text != ""
    for sentences in (meta.definition, meta.reserve):
        assert sentences.endswith(".")
        assert len(sentences) > 60
    assert len(meta.court) <= len(meta.label)
    assert not re.search(r"\bthe\b|\bof\b|\bTODO\b", " ".join((meta.label, meta.definition, meta.reserve)))


@pytest.mark.parametrize("slug", registry())
def test_a_column_ends_with_its_unit(slug):
    entry = indicator(slug)
    assert re.fullmatch(r"[a-z0-9_]+", entry.meta.colonne)
    assert entry.meta.colonne.endswith(UNIT_AT_THE_END.get(entry.meta.genre, ""))


def test_no_two_indicators_share_a_name():
    metas = [entry.meta for entry in registry().values()]
    for field in ("label", "court", "colonne"):
        names = [getattr(meta, field) for meta in metas]
        assert len(set(names)) == len(names)


def test_a_label_with_a_threshold_says_it():
    for entry in registry().values():
        assert ("90 minutes" in entry.label(90)) == entry.meta.seuil
        assert "seuil" not in entry.label(90)
        assert ("_90_minutes" in entry.column(90)) == entry.meta.seuil


@pytest.mark.parametrize("slug", registry())
@pytest.mark.parametrize("maille", ["departement", "region", "france"])
def test_an_indicator_gives_one_value_a_territory_in_the_range_of_its_kind(access, slug, maille):
    entry = indicator(slug)
    values = indicator_values(access, slug, maille)["valeur"].to_numpy()
    assert values.shape == (len(access.dataset.partition(maille)),)
    known = values[np.isfinite(values)]
    assert known.size or slug in unavailable_indicators(access, maille)
    assert (known >= 0).all()
    if entry.meta.genre == "part":
        assert (known <= 100 + 1e-9).all()
    if entry.meta.genre == "indice":
        assert (known <= 1).all()


@pytest.mark.parametrize("slug", registry())
def test_an_indicator_is_documented_under_its_label(repository, slug):
    text = (repository / "docs" / "indicateurs.md").read_text(encoding="utf-8")
    assert indicator(slug).meta.label.replace("'", "’") in text.replace("'", "’")


def test_an_unknown_indicator_is_told_with_those_that_exist():
    with pytest.raises(UserError, match=r"Indicateur inconnu : « bonheur ».*temps_median"):
        indicator("bonheur")


@pytest.mark.parametrize("minutes", [0, -5, 601, 9999])
def test_a_threshold_out_of_bounds_is_refused(minutes):
    with pytest.raises(UserError, match="Seuil hors limites"):
        thresholds_with(minutes)


def test_a_threshold_joins_those_offered_once_and_in_order():
    assert thresholds_with(60) == THRESHOLDS_MINUTES
    assert thresholds_with(77) == (30, 45, 60, 77, 90, 120, 180)


def test_an_empty_selection_is_told_in_french(access):
    empty = SelectionAccess(access.dataset, Selection(reseau="marih-creak", periode="sans"))
    with pytest.raises(UserError, match=r"Aucun site labellisé connu.*Élargir"):
        indicator_values(empty, "temps_median", "departement")
