"""Filters in the address: codes in, codes out, defaults left out."""

from rarecare.ui.filters import Filters
from rarecare.ui.url_state import (
    UrlState,
    accept,
    address,
    ignored_sentence,
    session_state,
    take_address,
    write_query,
)

NAMES = ("filiere", "niveau")
DEFAULTS = {"filiere": "", "niveau": "proximite"}
NIVEAUX = {"proximite": "Proximité", "expertise": "Expertise"}


def write(state, query, **values):
    return address(
        state, query, names=NAMES, values=DEFAULTS | values, defaults=DEFAULTS, known=(*NAMES, "region")
    )


def test_on_arrival_the_address_brings_only_what_it_names():
    state = UrlState(values={"niveau": "expertise"})
    assert take_address(state, {"filiere": "MHEMO", "autre": "1"}, page="couverture", names=NAMES) == {
        "filiere": "MHEMO"
    }
    assert state.values == {"niveau": "expertise"}


def test_on_the_same_page_an_unchanged_address_says_nothing():
    state = UrlState(page="couverture", written={"filiere": "MHEMO"})
    assert take_address(state, {"filiere": "MHEMO"}, page="couverture", names=NAMES) == {}


def test_going_back_brings_the_old_values_and_the_defaults():
    state = UrlState(page="couverture", written={"filiere": "MHEMO", "niveau": "expertise"})
    assert take_address(state, {"niveau": "expertise"}, page="couverture", names=NAMES) == {
        "filiere": "",
        "niveau": "expertise",
    }


def test_after_a_click_the_address_is_out_of_date():
    state = UrlState(page="couverture", written={})
    state.choose("filiere", "MHEMO")
    assert take_address(state, {"filiere": "OSCAR"}, page="couverture", names=NAMES) == {}
    assert state.values["filiere"] == "MHEMO"


def test_the_label_shown_on_screen_is_not_a_code():
    state = UrlState()
    accept(state, "niveau", "Proximité", NIVEAUX, label="Niveau de recours", default="proximite")
    assert state.values == {}
    (sentence,) = state.ignored
    assert "«\u00a0Proximité\u00a0»" in sentence
    assert "proximite ou expertise" in sentence


def test_the_sentence_offers_labels_not_codes():
    sentence = ignored_sentence("x", NIVEAUX, label="Niveau")
    assert " ou ".join(NIVEAUX.values()) in sentence
    assert "proximite" not in sentence


def test_six_choices_are_cut_to_five_labels():
    seuils = {str(rank): f"{rank} min" for rank in range(30, 90, 10)}
    sentence = ignored_sentence("7", seuils, label="Seuil de trajet")
    assert "70 min…" in sentence
    assert "80" not in sentence


def test_a_known_code_is_kept_and_a_default_is_forgotten():
    state = UrlState(values={"niveau": "expertise"})
    accept(state, "niveau", "proximite", NIVEAUX, label="Niveau", default="proximite")
    assert state.values == {}
    accept(state, "niveau", "expertise", NIVEAUX, label="Niveau", default="proximite")
    assert state.values == {"niveau": "expertise"}
    assert state.ignored == []


def test_a_warning_stays_until_the_reader_chooses():
    state = UrlState()
    take_address(state, {"niveau": "x"}, page="a", names=NAMES)
    accept(state, "niveau", "x", NIVEAUX, label="Niveau", default="proximite")
    state.written = {"niveau": "x"}
    take_address(state, {"niveau": "x"}, page="a", names=NAMES)
    assert state.ignored
    state.choose("filiere", "MHEMO")
    assert not state.ignored


def test_a_long_list_is_cut_and_a_long_value_too():
    sentence = ignored_sentence("z" * 99, {f"{rank:02d}": "" for rank in range(101)}, label="Département")
    assert sentence.endswith("choisissez dans la liste.")
    assert "01" not in sentence
    assert "z" * 41 not in sentence


def test_defaults_are_left_out_and_other_parameters_kept():
    state = UrlState()
    assert write(state, {"embed": "true", "region": "53"}, filiere="MHEMO") == {
        "embed": "true",
        "filiere": "MHEMO",
    }
    assert state.written == {"filiere": "MHEMO"}


def test_a_right_address_is_not_written_again():
    assert write(UrlState(), {"filiere": "MHEMO"}, filiere="MHEMO") is None
    assert write(UrlState(), {}) is None


def test_the_state_is_made_once_a_session():
    session: dict[str, object] = {}
    assert session_state(session) is session_state(session)


def test_filters_can_be_the_key_of_a_cache():
    assert {Filters(filiere="MHEMO"): 1}[Filters(filiere="MHEMO")] == 1
    assert Filters(seuil="90").seuil_minutes == 90


class Watched(dict):
    """A query that notes what is written: a bound parameter may not be, even with its own value."""

    def __init__(self, **values):
        super().__init__(values)
        self.touched = []

    def update(self, changes):
        self.touched += list(changes)
        super().update(changes)

    def __delitem__(self, name):
        self.touched.append(name)
        super().__delitem__(name)


def test_only_what_differs_is_written_to_the_address():
    query = Watched(vue="Tableau", filiere="MHEMO", niveau="expertise")
    write_query(query, {"vue": "Tableau", "filiere": "RESPIFIL", "groupe": "htap"})
    assert query == {"vue": "Tableau", "filiere": "RESPIFIL", "groupe": "htap"}
    assert sorted(query.touched) == ["filiere", "groupe", "niveau"]


def test_a_code_of_another_filiere_is_told_as_such_and_an_unknown_one_as_unknown():
    state = UrlState()
    for code in ("htap", "zzz"):
        accept(
            state, "groupe", code, {"": "Tous", "hemophilie": "Hémophilie"}, label="Groupe de maladies", default="",
            elsewhere={"htap": "Hypertension pulmonaire"}, filiere="MHEMO",
        )  # fmt: skip
    foreign, unknown = state.ignored
    assert "n’appartient pas à la filière MHEMO" in foreign
    assert "Hypertension pulmonaire" in foreign
    assert "inconnue" in unknown
