"""DuckDB and a real Spark of two workers give the same files, byte for byte, on made-up events.

As many as RARECARE_SPARK_EVENTS says: five million take two cores several minutes, few are enough to tell a difference.
"""

import json
import os
import subprocess
import sys

import duckdb
import pytest

from rarecare.caseload.fictitious import write_events
from rarecare.caseload.references import References
from rarecare.caseload.spark_engine import java_is_installed
from rarecare.caseload.statements import OUTPUTS
from rarecare.dataset.store import open_dataset

EVENTS = int(os.environ.get("RARECARE_SPARK_EVENTS", "50_000"))
SECONDS = 600 + EVENTS // 2_000
"""After which a Spark that waits for itself is stopped, and the test fails."""
# A second, small file: optional columns, every kind of refused event, cells that need cleaning.
_MORE = """
    select
        * exclude (rang) replace (
            case
                when rang = 5 then ''
                when rang = 6 then null
                when rang = 41 then 'NULL'
                when rang = 42 then ' n/a '
                when rang % 50 = 43 then concat(' ', patient_id, chr(9))
                else patient_id
            end as patient_id,
            case rang when 7 then null when 9 then date '1999-01-01' else date + (rang % 700)::int end as date,
            case
                when rang between 20 and 29 then 'brest'
                when rang % 50 = 44 then concat(centre_id, chr(160))
                else centre_id
            end as centre_id,
            case rang % 50 when 45 then '75999' when 46 then '01003' else code_commune end as code_commune,
            case rang when 31 then 'toux' else groupe_maladie end as groupe_maladie,
            case
                when rang = 33 then 'courrier'
                when rang % 50 = 47 then 'Téléconsultation'
                when rang % 50 = 48 then 'SITE'
                else modalite
            end as modalite,
            case rang when 35 then 1800 else annee_naissance end as annee_naissance
        ),
        case rang when 36 then 'certain' else ['confirme', 'probable', 'indetermine', null][rang % 4 + 1] end
            as statut_diagnostic,
        (date - ((rang * 37) % 4000)::int)::varchar as date_diagnostic,
        case rang when 38 then 'hier' else strftime(date - ((rang * 53) % 9000)::int, '%d/%m/%Y') end
            as date_premiers_signes
    from (select *, row_number() over () as rang from '{events}' limit 3000)
"""
_REASONS = 9
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
    more = _MORE.format(events=folder / "events.parquet")
    duckdb.sql(f"copy ({more}) to '{folder / 'more.parquet'}'")
    environment = os.environ | {"RARECARE_BUILD_DIR": str(built_settings.build_dir)}

    def count(engine, *places):
        command = [sys.executable, "-W", "error", "-m", "rarecare", "caseload", *places, "--engine", engine]
        command += ["--out", str(folder / engine), "--accept-rejects", "--format", "json"]
        ended = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=SECONDS
        )
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout), ended.stderr

    return count


def test_both_engines_write_the_same_bytes(run, folder):
    files = [folder / "events.parquet", folder / "more.parquet"]
    one, _ = run("duckdb", *map(str, files))
    other, said = run("spark", *(file.as_uri() for file in files))
    assert (one["moteur"], other["moteur"]) == ("duckdb", "spark")
    assert one["evenements_retenus"] > EVENTS
    assert len(one["rejets"]) == _REASONS
    assert one["communes_inconnues"] > 0
    assert {key: one[key] for key in one.keys() - _MAY_DIFFER} == {
        key: other[key] for key in other.keys() - _MAY_DIFFER
    }
    assert len(OUTPUTS) == len(one["lignes"])
    for name in OUTPUTS:
        contents = [(folder / engine / f"{name}.parquet").read_bytes() for engine in ("duckdb", "spark")]
        assert contents[0] == contents[1], name
    assert "FICTIF" not in said
    assert sorted(path.name for path in folder.iterdir()) == [
        "duckdb",
        "events.parquet",
        "more.parquet",
        "spark",
    ]
