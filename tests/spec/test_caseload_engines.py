"""DuckDB and a real Spark of two workers give the same files, byte for byte, on five million made-up events."""

import json
import os
import subprocess
import sys

import pytest

from rarecare.caseload.fictitious import write_events
from rarecare.caseload.references import References
from rarecare.caseload.spark_engine import java_is_installed
from rarecare.caseload.statements import OUTPUTS
from rarecare.dataset.store import open_dataset

EVENTS = 5_000_000
_MAY_DIFFER = {"moteur", "versions", "secondes"}

pytestmark = pytest.mark.skipif(
    not java_is_installed() and not os.environ.get("RARECARE_BROWSER_REQUIRED"),
    reason="Spark needs Java, which is not installed here",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("engines")


@pytest.fixture(scope="module")
def run(folder, built_settings):
    """Return the function that counts the events with an engine, in a process where warnings are errors."""
    dataset = open_dataset(built_settings)
    references, communes = References.of(dataset), [str(code) for code in dataset.communes.codes]
    write_events(folder / "events.parquet", references, communes, events=EVENTS)
    environment = os.environ | {"RARECARE_BUILD_DIR": str(built_settings.build_dir)}

    def count(engine, place):
        command = [sys.executable, "-W", "error", "-m", "rarecare", "caseload", place, "--engine", engine]
        command += ["--out", str(folder / engine), "--provenance", "fictif", "--format", "json"]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout), ended.stderr

    return count


def test_both_engines_write_the_same_bytes(run, folder):
    one, _ = run("duckdb", str(folder / "events.parquet"))
    other, said = run("spark", (folder / "events.parquet").as_uri())
    assert (one["moteur"], other["moteur"], one["evenements_retenus"]) == ("duckdb", "spark", EVENTS)
    assert {key: one[key] for key in one.keys() - _MAY_DIFFER} == {
        key: other[key] for key in other.keys() - _MAY_DIFFER
    }
    assert len(OUTPUTS) == len(one["lignes"])
    for name in OUTPUTS:
        files = [(folder / engine / f"{name}.parquet").read_bytes() for engine in ("duckdb", "spark")]
        assert files[0] == files[1], name
    assert "FICTIF" not in said
    assert sorted(path.name for path in folder.iterdir()) == ["duckdb", "events.parquet", "spark"]
