"""What a selection accepts from an address, a form or a command line."""

from __future__ import annotations

import pytest

from rarecare.access.selection import PERIODES, Selection
from rarecare.closed_lists import one_of
from rarecare.errors import UserError


def test_texts_that_are_empty_or_missing_stand_for_the_default():
    assert Selection.of(filiere="", niveau=None, public="") == Selection()


def test_a_selection_is_made_again_from_its_own_parameters():
    selection = Selection(
        reseau="r1", niveau="expertise", public="enfant", provenance="publie", periode="sans"
    )
    assert Selection.of(**selection.parameters()) == selection


def test_a_change_leaves_the_other_fields_as_they_are():
    selection = Selection(filiere="RESPIFIL", periode="2017-2022")
    assert selection.with_changes(filiere=None, groupe="g") == Selection(groupe="g", periode="2017-2022")


@pytest.mark.parametrize("field", ["niveau", "public", "provenance", "periode"])
@pytest.mark.parametrize("make", [Selection, Selection.of, Selection().with_changes])
def test_a_value_that_no_list_holds_is_refused(make, field):
    with pytest.raises(UserError, match=f"Valeur inconnue pour « {field} » : « autre »"):
        make(**{field: "autre"})


def test_a_field_that_does_not_exist_is_a_fault_of_ours():
    with pytest.raises(TypeError):
        Selection().with_changes(niveaux="expertise")


def test_the_possible_values_are_told():
    with pytest.raises(UserError) as refused:
        one_of("periode", "2030", PERIODES)
    assert refused.value.remedy == "Valeurs possibles : en_cours, 2023-2028, 2017-2022, sans."


@pytest.mark.parametrize("scope", ["filiere", "groupe", "reseau"])
def test_a_selection_is_narrow_when_it_names_something(scope):
    assert Selection(**{scope: "a"}).is_narrow
    assert not Selection(niveau="expertise", public="enfant").is_narrow
