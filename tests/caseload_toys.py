"""Three centres, three groups, a few diseases: enough to count by hand."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from rarecare.caseload.references import References
from rarecare.caseload.run import Request, caseload

TODAY = dt.date(2026, 11, 22)
COLUMNS = ("patient_id", "date", "centre_id", "groupe_maladie", "code_commune", "modalite")
DEPARTEMENTS = ["01", "2A", "35", "75", "971"]
COMMUNES = {"01003": "01", "01004": "01", "2A004": "2A", "35001": "35", "75056": "75", "97105": "971"}
FILIERES = {"lyon": "F1", "rennes": "F1", "paris": "F2"}


def references():
    """Return three centres: lyon (F1, foie), rennes (F1, rein), paris (F2, peau)."""
    return References.from_frames(
        centres=_frame("centre_id reseau_id filiere", "lyon rl F1", "rennes rr F1", "paris rp F2"),
        networks=_frame("reseau_id groupe_maladie", "rl foie", "rr rein", "rp peau"),
        diseases=_frame(
            "maladie_id orpha_code nom", "wilson 905 Wilson", "alport 63 Alport", "fabry 324 Fabry"
        ),
        links=_frame("maladie_id reseau_id", "wilson rl", "alport rr", "fabry rr", "fabry rp"),
        groups=_frame("groupe_maladie", "foie", "rein", "peau"),
        departements=DEPARTEMENTS,
        communes=COMMUNES,
        version="essai",
    )


def _frame(columns, *rows):
    return pd.DataFrame([row.split() for row in rows], columns=columns.split())


def write_csv(path, text, *, columns=COLUMNS, delimiter=","):
    """Write a table in text, one event a line, « - » for an empty cell; return its path."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    for line in text.strip().splitlines():
        writer.writerow(["" if cell == "-" else cell for cell in line.split()])
    path.write_text(buffer.getvalue(), encoding="utf-8")
    return path


def count(events, out, **asked):
    """Run the caseload on files; return the account and the tables."""
    asked = {"today": TODAY} | asked
    places = events if isinstance(events, tuple) else (str(events),)
    summary = caseload(Request(events=places, out=Path(out), **asked), references())
    return summary, tables(Path(out))


def tables(out):
    """Return the tables written, by name; empty cells are None."""
    return {path.stem: pq.read_table(path).to_pylist() for path in out.glob("*.parquet")}


def one(rows, **key):
    """Return the only row that has these values."""
    found = [row for row in rows if all(row[name] == value for name, value in key.items())]
    assert len(found) == 1, (key, found)
    return found[0]
