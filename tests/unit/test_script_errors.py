import re

import pytest
from prometheus_client import REGISTRY

from rarecare.errors import UserError
from rarecare.ui import script_errors


@pytest.fixture
def shown(monkeypatch):
    messages = []
    monkeypatch.setattr(script_errors.st, "error", messages.append)
    return messages


def bugs():
    return REGISTRY.get_sample_value("rarecare_bugs_total", {"where": "page"}) or 0


def test_a_user_error_is_shown_as_it_stands(shown):
    before = bugs()
    assert (
        script_errors.on_script_error(UserError("Filière inconnue", remedy="En choisir une autre.")) is True
    )
    assert shown == ["Filière inconnue. En choisir une autre."]
    assert bugs() == before


def test_a_bug_shows_only_its_number_and_is_counted(shown):
    before = bugs()
    assert script_errors.on_script_error(KeyError("patient Zorglub")) is True
    assert re.search(r"Erreur interne n° [0-9a-f]{8}\.", shown[0])
    assert "patient" not in shown[0]
    assert bugs() == before + 1
