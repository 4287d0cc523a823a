"""The filter bar: codes in the address, French labels on screen, values that follow the reader."""

import pytest
from streamlit.testing.v1 import AppTest

FIELDS = ("filiere", "groupe", "niveau", "seuil")


def bar(page="couverture", locked=None):
    import streamlit as st

    from rarecare.ui.filters import choose, render_filters

    filieres = {"": "Toutes les filières", "RESPIFIL": "RESPIFIL – poumon", "MHEMO": "MHEMO – hémostase"}
    groupes = {"RESPIFIL": {"htap": "Hypertension pulmonaire"}, "MHEMO": {"hemophilie": "Hémophilie"}}
    filters = render_filters(
        {"filiere": filieres, "groupe": lambda chosen: {"": "Tous"} | groupes.get(chosen.filiere, {})},
        ("filiere", "groupe", "niveau", "seuil"),
        page=st.session_state.get("page", page),
        locked=st.session_state.get("locked"),
    )
    st.button("carte", on_click=choose, args=("filiere", "MHEMO"))
    st.text(repr(filters))


@pytest.fixture
def app():
    return AppTest.from_function(bar)


def chosen(app):
    assert not app.exception
    return app.text[0].value


def query(app):
    return {name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()}


def test_defaults_are_shown_in_french_and_left_out_of_the_address(app):
    app.run()
    assert app.selectbox(key="rc_f_filiere").options == [
        "Toutes les filières",
        "RESPIFIL – poumon",
        "MHEMO – hémostase",
    ]
    assert "niveau='proximite'" in chosen(app)
    assert query(app) == {}


def test_a_code_of_the_address_is_taken_and_stays_a_code(app):
    app.query_params["niveau"] = "expertise"
    app.query_params["filiere"] = "MHEMO"
    app.run()
    assert "filiere='MHEMO'" in chosen(app)
    assert "niveau='expertise'" in chosen(app)
    assert query(app) == {"filiere": "MHEMO", "niveau": "expertise"}


@pytest.mark.parametrize("value", ["Expertise", "zzz", "<script>"])
def test_an_unknown_value_is_named_with_what_is_possible_and_leaves_the_address(app, value):
    app.query_params["niveau"] = value
    app.run()
    (warning,) = [element.value for element in app.warning]
    assert value in warning
    assert ("proximite ou expertise" if value == "Expertise" else "Proximité ou Expertise") in warning
    assert "niveau='proximite'" in chosen(app)
    assert query(app) == {}


def test_a_choice_goes_to_the_address_as_its_code(app):
    app.run()
    app.selectbox(key="rc_f_filiere").set_value("RESPIFIL").run()
    assert query(app) == {"filiere": "RESPIFIL"}
    assert app.selectbox(key="rc_f_groupe").options == ["Tous", "Hypertension pulmonaire"]


def test_a_choice_that_no_longer_exists_falls_back_without_a_word(app):
    app.query_params["filiere"] = "RESPIFIL"
    app.query_params["groupe"] = "htap"
    app.run()
    app.selectbox(key="rc_f_filiere").set_value("MHEMO").run()
    assert "groupe=''" in chosen(app)
    assert not app.warning
    assert query(app) == {"filiere": "MHEMO"}


def test_a_group_of_another_filiere_in_the_address_is_refused(app):
    app.query_params["filiere"] = "MHEMO"
    app.query_params["groupe"] = "htap"
    app.run()
    assert "htap" in app.warning[0].value
    assert "groupe=''" in chosen(app)


def test_values_follow_the_reader_to_another_page(app):
    app.run()
    app.selectbox(key="rc_f_seuil").set_value("90").run()
    app.session_state["page"] = "annuaire"
    app.query_params.clear()
    app.run()
    assert "seuil='90'" in chosen(app)
    assert query(app) == {"seuil": "90"}


def test_a_click_on_the_map_chooses_and_a_second_one_clears(app):
    app.run()
    app.button[0].click().run()
    assert "filiere='MHEMO'" in chosen(app)
    app.button[0].click().run()
    assert "filiere=''" in chosen(app)
    assert query(app) == {}


def test_a_locked_filter_is_forced_and_neither_shown_nor_read(app):
    app.session_state["locked"] = {"niveau": "expertise"}
    app.query_params["niveau"] = "proximite"
    app.run()
    assert "niveau='expertise'" in chosen(app)
    assert not app.warning


def test_parameters_that_are_not_filters_are_left_alone(app):
    app.query_params["campagne"] = "lettre"
    app.query_params["filiere"] = "MHEMO"
    app.run()
    app.selectbox(key="rc_f_filiere").set_value("").run()
    assert query(app) == {"campagne": "lettre"}
