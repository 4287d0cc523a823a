"""Checking only what an import may have changed finds what checking everything finds."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rarecare.dataset.imports.apply import NOT_IMPORTED, effective
from rarecare.dataset.imports.journal import ImportedRows
from rarecare.dataset.imports.scopes import COMPLETE, REPLACE, SCOPES
from rarecare.dataset.rules import REGISTRY
from rarecare.territory.communes import load_communes
from rarecare.territory.names import load_departements
from tests.importing import COUNT

WRONG = st.sampled_from(
    ["", "inconnu", "-5", "999999999", "  deux ", "a@b.fr", "fictif", "2017-2022", "coordonnateur"]
)


@pytest.fixture(scope="module")
def known(built_settings):
    """Return the tables of ``data/`` with some patients, the communes and the départements."""
    tables = effective(built_settings, ())
    patients = [COUNT, COUNT | {"classe_age": "enfant", "patients": "20"}, COUNT | {"annee": "2024"}]
    tables = tables.with_rows(incoming(tables, "file_active", patients, COMPLETE, ""))
    departements = frozenset(load_departements(built_settings.geo_dir))
    return tables, load_communes(built_settings.geo_dir), departements


def incoming(tables, name, rows, mode, scope):
    columns = tables.package.table(name).columns
    frame = pd.DataFrame(
        [dict.fromkeys(columns, "") | dict(row) for row in rows], columns=columns, dtype="str"
    )
    places = pd.DataFrame({"sheet": "", "line": range(2, len(frame) + 2)})
    return ImportedRows(name, mode, "f.csv", frozenset(columns), frame, places, scope=scope)


@st.composite
def imports(draw, tables):
    name = draw(
        st.sampled_from([table.name for table in tables.package.tables if table.name not in NOT_IMPORTED])
    )
    frame = tables.rows(name)
    count = draw(st.integers(1, 4))
    lines = draw(st.lists(st.integers(0, max(len(frame) - 1, 0)), min_size=count, max_size=count))
    rows = [dict(frame.iloc[line]) if len(frame) else {} for line in lines]
    for row in rows:
        wrong = draw(st.dictionaries(st.sampled_from(list(frame.columns)), WRONG, max_size=2))
        row.update(wrong)
    mode, scope = draw(
        st.sampled_from([(COMPLETE, ""), *((REPLACE, scope.name) for scope in SCOPES.get(name, ()))])
    )
    return incoming(tables, name, rows, mode, scope)


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_an_import_breaks_is_found_without_checking_everything_again(known, data):
    tables, communes, departements = known
    after = tables.with_rows(data.draw(imports(tables)))
    everything = after.problems(communes, departements)
    assert after.problems(communes, departements, since=tables) == everything


def test_before_any_import_every_rule_holds(known):
    tables, communes, departements = known
    assert tables.problems(communes, departements) == []


def test_a_rule_that_opens_a_table_by_its_name_says_so(known):
    tables, communes, departements = known
    for rule in REGISTRY.rules.values():
        frames = Opened({name: scan.frame for name, scan in tables.scans.items()})
        list(rule.find(context(tables, frames, communes, departements)))
        looked_at = {*rule.tables, *rule.reads}
        assert not looked_at or frames.opened <= looked_at, rule.slug


class Opened(dict):
    """Tables that remember which were asked for."""

    def __init__(self, frames):
        super().__init__(frames)
        self.opened = set()

    def __getitem__(self, name):
        self.opened.add(name)
        return super().__getitem__(name)


def context(tables, frames, communes, departements):
    from rarecare.dataset.rule_registry import Context

    return Context(tables.package, frames, communes, departements)
