"""Made-up care events, for tests and benchmarks only: nothing here is ever shown as data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from rarecare.caseload.references import References
from rarecare.caseload.statements import statement

EVENTS_PER_PATIENT = 20


def write_events(path: Path, references: References, communes: Sequence[str], *, events: int) -> int:
    """Write ``events`` made-up events of 2019 to 2024 as one Parquet file; return the number of patients drawn.

    Patients are named ``FICTIF-…``; each has :data:`EVENTS_PER_PATIENT` events on average. The same arguments give the
    same events.
    """
    patients = max(1, events // EVENTS_PER_PATIENT)
    sizes = {
        "evenements": events,
        "patients": patients,
        "centres": len(references.centres),
        "groupes": len(references.groupes),
        "communes": len(communes),
    }
    tables = references.tables() | {
        "communes": pa.table(
            {
                "rang": pa.array(range(len(communes)), pa.int32()),
                "code_commune": pa.array(communes, pa.string()),
            }
        )
    }
    connection = duckdb.connect(":memory:")
    try:
        for name, table in tables.items():
            connection.register(name, table)
        for name, value in sizes.items():
            connection.execute(f"set variable {name} = {value}")
        place = str(path).replace("'", "''")
        copy = (
            f"copy ({statement('evenements_fictifs')}) to '{place}' (format parquet, row_group_size 500_000)"
        )
        connection.execute(copy)
    finally:
        connection.close()
    return patients
