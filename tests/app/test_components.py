"""Blocks of a page as a reader gets them."""

from streamlit.testing.v1 import AppTest


def html_of(app):
    assert not app.exception
    return "".join(element.proto.body for element in app.get("html"))


def blocks():
    from rarecare.errors import UserError
    from rarecare.ui import components as ui

    ui.answer("12 % des habitants : loin !")
    ui.key_figures([ui.KeyFigure("Part", "12 %", "France : 30 %", "estimée"), ui.KeyFigure("Sites", "3")])
    ui.completeness_note(34, 41, level="centres", link="https://exemple.fr/?a=1&b=2", link_label="Annuaire")
    ui.completeness_note(41, 41, level="centres de compétence")
    ui.source_line("arrêtés", "Insee", updated="2026-11-21T10:00:00", version="v1")
    ui.empty_state()
    ui.error_box(
        UserError("Le fichier n'est pas lisible", where="/srv/secret/import.csv", remedy="Le corriger.")
    )
    ui.permalink()
    ui.heading("Titre <b>", level=3, note="Sous-titre")


def test_every_block_is_escaped_french_and_typeset():
    html = html_of(AppTest.from_function(blocks).run())
    assert 'aria-live="polite">12\u202f% des habitants\u00a0: loin\u202f!' in html
    assert "France\u00a0: 30\u202f%" in html
    assert "<h3" in html
    assert "Titre &lt;b&gt;" in html
    assert "https://exemple.fr/?a=1&amp;b=2" in html
    assert "Mise à jour\u00a0: 21\u00a0novembre 2026" in html
    assert "n’est pas lisible" in html


def test_a_complete_list_needs_no_note():
    html = html_of(AppTest.from_function(blocks).run())
    assert html.count("rc-note") == 1
    assert "34 des 41 centres" in html


def test_an_error_never_shows_the_folders_of_the_server():
    html = html_of(AppTest.from_function(blocks).run())
    assert "import.csv" in html
    assert "/srv/secret" not in html


def table():
    import pandas as pd

    from rarecare.ui.columns import ColumnMeta
    from rarecare.ui.components import data_table

    def too_dear():
        raise AssertionError("files are written when they are asked for")

    data_table(
        pd.DataFrame({"nom": ["Ain"], "minutes": [85.0]}),
        {"nom": ColumnMeta("Territoire"), "minutes": ColumnMeta("Temps", "min", "duree")},
        file_name="couverture",
        caption="Temps par territoire",
        full=too_dear,
    )


def test_a_table_offers_its_files_without_writing_them():
    app = AppTest.from_function(table).run()
    assert "1 h 25" in html_of(app)
    assert [button.proto.label for button in app.get("download_button")] == [
        "CSV",
        "Excel",
        "Parquet",
    ]


def failing(kind):
    from rarecare.errors import UserError
    from rarecare.ui.components import user_errors

    with user_errors():
        raise UserError("Question impossible") if kind == "user" else ValueError("bug")


def test_an_error_of_the_reader_becomes_a_box_and_a_bug_goes_on():
    assert "Question impossible" in html_of(AppTest.from_function(failing, args=("user",)).run())
    assert AppTest.from_function(failing, args=("bug",)).run().exception


def alone():
    from rarecare.ui.start import start_page

    start_page("couverture")
    raise AssertionError("a page must not run alone")


def test_a_page_run_without_the_main_script_stops_with_a_french_box():
    html = html_of(AppTest.from_function(alone).run())
    assert "depuis l’adresse principale" in html


def test_the_click_of_a_map_is_read_whatever_its_kind():
    from rarecare.ui.map import Click, read_click

    def drawing(**properties):
        return {"last_active_drawing": {"type": "Feature", "properties": properties}}

    assert read_click(drawing(genre="territoire", code="29", nom="Finistère")) == Click(
        "territoire", "29", "Finistère"
    )
    assert read_click(drawing(genre="point", latitude=48.1, longitude=-1.5)).latitude == 48.1
    assert read_click(drawing(other=1)) is None
    assert read_click(None) is None
    assert read_click({"last_active_drawing": None}) is None
