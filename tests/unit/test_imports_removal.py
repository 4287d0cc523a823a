"""What a list takes away: no further than asked, told by part, and the patients of a removed centre are kept."""

from dataclasses import replace
from itertools import pairwise

import pandas as pd
import pytest

from rarecare.dataset.imports.apply import effective
from rarecare.dataset.imports.journal import ImportedRows
from rarecare.dataset.imports.removal import removal_of, rows_by_table
from rarecare.dataset.imports.scopes import COMPLETE, REPLACE, SCOPES, scope_of
from rarecare.dataset.store import open_dataset
from rarecare.errors import UserError
from rarecare.ui.site_table import site_sources
from tests.importing import COUNT, imported, own_settings, plan_of

FILIERE = "OSCAR"
MEANS = {"annee": "2025", "consultations": "100", "provenance": "officiel"}


@pytest.fixture(scope="module")
def tables(built_settings):
    """Return the tables of ``data/``."""
    return effective(built_settings, ())


@pytest.fixture
def to_plan(built_settings, tmp_path):
    """Return settings to plan with: nothing may be written."""
    return replace(built_settings, imports_dir=tmp_path / "imports")


def centres_of(tables, filiere=FILIERE):
    frame = tables.rows("centres")
    return frame[frame["filiere"] == filiere]


def with_import(tables, table, rows, *, mode=COMPLETE, scope="", number="1"):
    described = tables.package.table(table)
    whole = [dict.fromkeys(described.columns, "") | row for row in rows]
    frame = pd.DataFrame(whole, columns=described.columns, dtype="str")
    places = pd.DataFrame({"sheet": "", "line": range(2, len(frame) + 2)})
    given = frozenset(name for row in rows for name in row)
    return tables.with_rows(ImportedRows(table, mode, "f.csv", given, frame, places, number, scope))


def a_site(tables):
    """Return a site whose réseau has others and no second row for its hospital."""
    centres = centres_of(tables)
    alone = ~centres.duplicated(["reseau_id", "etablissement_id"], keep=False)
    shared = centres.groupby("reseau_id")["centre_id"].transform("size") > 2
    return centres[alone & shared & (centres["type"] != "coordonnateur")].iloc[0]


def followed(tables):
    """Return the tables once a site has two rows of patients and one of means, and this site."""
    site = a_site(tables)
    own = COUNT | {"centre_id": site["centre_id"]}
    tables = with_import(tables, "file_active", [own, own | {"annee": "2024"}, COUNT], number="1")
    return with_import(tables, "moyens", [MEANS | {"centre_id": site["centre_id"]}], number="2"), site


def list_without(tables, site):
    rows = centres_of(tables)
    rows = rows[(rows["reseau_id"] == site["reseau_id"]) & (rows["centre_id"] != site["centre_id"])]
    return rows.to_dict("records")


def test_a_removed_centre_keeps_its_patients_and_means_aside_and_breaks_no_rule(built_settings, tables):
    before, site = followed(tables)
    after = with_import(
        before, "centres", list_without(before, site), mode=REPLACE, scope="reseau", number="3"
    )
    assert site["centre_id"] not in set(after.rows("centres")["centre_id"])
    assert list(after.rows("file_active")["centre_id"]) == [COUNT["centre_id"]]
    assert after.rows("moyens").empty
    assert after.aside_rows == {"file_active": 2, "moyens": 1}
    told = after.aside_counts.sort_values("table").to_numpy().tolist()
    assert told == [["file_active", site["centre_id"], 2], ["moyens", site["centre_id"], 1]]
    dangling = [
        problem.slug for problem in after.problems(Everywhere(), frozenset()) if "cle" in problem.slug
    ]
    assert dangling == []


class Everywhere:
    """Every commune exists."""

    def __contains__(self, _code):
        return True


def test_rows_set_aside_come_back_with_their_centre_as_they_were(tables):
    before, site = followed(tables)
    without = with_import(
        before, "centres", list_without(before, site), mode=REPLACE, scope="reseau", number="3"
    )
    again = with_import(without, "centres", [dict(site)], number="4")
    for name in ("file_active", "moyens"):
        pd.testing.assert_frame_equal(again.rows(name), before.rows(name))
        assert again.places[name].to_numpy().tolist() == before.places[name].to_numpy().tolist()
    assert again.aside_rows == {}
    assert dict(again.aside) == {}


def test_a_centre_that_comes_back_under_another_identifier_takes_its_own_again(tables):
    before, site = followed(tables)
    without = with_import(
        before, "centres", list_without(before, site), mode=REPLACE, scope="reseau", number="3"
    )
    renamed = dict(site) | {"centre_id": "un-autre-nom", "periode_label": "2023-2028"}
    again = with_import(without, "centres", [renamed], number="4")
    assert len(again.rows("file_active")) == 3
    assert "un-autre-nom" not in set(again.rows("centres")["centre_id"])


def test_a_list_imported_twice_does_not_lose_what_is_aside(tables):
    before, site = followed(tables)
    rows = list_without(before, site)
    once = with_import(before, "centres", rows, mode=REPLACE, scope="reseau", number="3")
    twice = with_import(once, "centres", rows[1:], mode=REPLACE, scope="reseau", number="4")
    back = with_import(twice, "centres", [dict(site)], number="5")
    assert twice.aside_rows == {"file_active": 2, "moyens": 1}
    assert len(back.rows("file_active")) == 3


def test_patients_of_a_centre_that_was_never_there_are_still_a_fault(to_plan):
    planned = plan_of(to_plan, "file_active", [COUNT | {"centre_id": "jamais-vu"}])
    assert [problem.slug for problem in planned.problems] == ["cle-etrangere"]
    assert planned.removal.set_aside.empty


def test_patients_of_a_centre_set_aside_are_refused_until_it_comes_back(tables):
    before, site = followed(tables)
    without = with_import(
        before, "centres", list_without(before, site), mode=REPLACE, scope="reseau", number="3"
    )
    own = COUNT | {"centre_id": site["centre_id"], "annee": "2023"}
    wrong = with_import(without, "file_active", [own], number="4").problems(Everywhere(), frozenset())
    assert [(problem.slug, problem.value) for problem in wrong if problem.slug == "cle-etrangere"] == [
        ("cle-etrangere", site["centre_id"])
    ]


def test_the_preview_counts_rows_set_aside_by_table_and_centre(tables):
    before, site = followed(tables)
    described = tables.package.table("centres")
    frame = pd.DataFrame(list_without(before, site), columns=described.columns, dtype="str")
    places = pd.DataFrame({"sheet": "", "line": range(2, len(frame) + 2)})
    rows = ImportedRows("centres", REPLACE, "f", frozenset(frame), frame, places, "3", "reseau")
    after = before.with_rows(rows)
    removed = before.rows("centres").query("centre_id == @site.centre_id")
    found = removal_of(before, after, rows, removed)
    assert found.set_aside_rows == {"file_active": 2, "moyens": 1}
    assert rows_by_table(found.set_aside_rows) == (
        "2\u00a0lignes de « file_active » et 1\u00a0ligne de « moyens »"
    )
    assert found.parts.to_dict("records") == [{"reseau_id": site["reseau_id"], "lignes": 1, "nomme": True}]
    back = removal_of(after, before, rows, removed.iloc[:0])
    assert back.brought_back_rows == {"file_active": 2, "moyens": 1}


def one_reseau(tables):
    centres = centres_of(tables)
    return centres[centres["reseau_id"] == a_site(tables)["reseau_id"]]


def test_a_list_of_one_reseau_leaves_the_others_of_its_filiere_and_says_so(to_plan, tables):
    named = one_reseau(tables)
    planned = plan_of(to_plan, "centres", named.to_dict("records")[:-1], mode=REPLACE)
    assert planned.scope == "reseau"
    assert planned.removal.parts["reseau_id"].tolist() == [named["reseau_id"].iloc[0]]
    assert len(planned.changes.removed) == 1
    others = centres_of(tables)
    others = others[others["reseau_id"] != named["reseau_id"].iloc[0]]
    assert planned.removal.spared["lignes"].sum() == len(others) > 0
    assert planned.removal.wider.name == "filiere"


def test_the_whole_filiere_is_replaced_only_when_asked_and_each_reseau_is_told(to_plan, tables):
    named = one_reseau(tables)
    planned = plan_of(to_plan, "centres", named.to_dict("records"), mode=REPLACE, scope="filiere")
    others = centres_of(tables)
    others = others[others["reseau_id"] != named["reseau_id"].iloc[0]]
    expected = others.groupby("reseau_id").size().to_dict()
    told = planned.removal.parts
    assert dict(zip(told["reseau_id"], told["lignes"], strict=True)) == expected
    assert not told["nomme"].any()
    assert planned.removal.wider is None


@pytest.mark.parametrize("table", sorted(SCOPES))
def test_every_scope_is_made_of_columns_of_its_table_and_the_wider_holds_the_narrower(tables, table):
    columns = set(tables.package.table(table).columns)
    scopes = SCOPES[table]
    assert all(set(scope.columns) <= columns for scope in scopes)
    assert len({scope.name for scope in scopes}) == len(scopes)
    frame = tables.rows(table)
    for narrow, wide in pairwise(scopes):
        both = frame.drop_duplicates(list({*narrow.columns, *wide.columns}))
        assert not both.duplicated(list(narrow.columns)).any(), "one narrow part is in one wide part"


def test_a_scope_that_a_table_does_not_know_is_told():
    with pytest.raises(UserError, match="ne se remplace pas par « annee »") as caught:
        scope_of("centres", REPLACE, "annee")
    assert "reseau, filiere" in caught.value.remedy
    with pytest.raises(UserError, match="ne sert qu'à remplacer"):
        scope_of("centres", COMPLETE, "filiere")
    assert scope_of("centres", REPLACE) == "reseau"
    assert scope_of("centres", COMPLETE) == ""


def test_an_import_of_the_first_journals_replaces_what_it_did_then(tables):
    named = one_reseau(tables).to_dict("records")
    after = with_import(tables, "centres", named, mode=REPLACE, scope="")
    assert set(centres_of(after)["reseau_id"]) == {named[0]["reseau_id"]}


def test_an_official_site_is_sure_and_its_source_is_the_import(built_settings, tmp_path):
    settings = own_settings(built_settings, tmp_path)
    before = effective(settings, ())
    site = a_site(before)
    official = dict(site) | {
        "provenance": "officiel", "confiance": "moyenne", "source_url": "", "periode_label": "2023-2028"
    }  # fmt: skip
    imported(settings, "centres", [official], who="Agathe", why="Arrêté")
    found = open_dataset(settings)
    rows = found.run("select * from sites where centre_id = $centre", centre=site["centre_id"])
    assert rows[["provenance", "confiance"]].to_numpy().tolist() == [["officiel", "forte"]]
    assert rows["import_id"].tolist() == [found.manifest["imports"][0]["import_id"]]
    (words,) = site_sources(rows, found, public=False)
    assert words.startswith("Fichier importé «\u00a0f.csv\u00a0», le ")
    assert words.endswith("par Agathe")
    (public,) = site_sources(rows, found, public=True)
    assert "Agathe" not in public
    others = found.run("select * from sites where import_id is null and source_url is not null")
    assert (site_sources(others, found, public=False) == others["source_url"]).all()
    assert found.manifest["set_aside"] == {}
    unknown = others.drop(columns="import_id").assign(source_url=None)
    assert site_sources(unknown, found, public=False).isna().all()
