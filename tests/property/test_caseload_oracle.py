"""The SQL counts what a plain re-implementation in Python counts, on events that Hypothesis makes."""

import csv
import datetime as dt
import itertools
import statistics
import tempfile
from collections import defaultdict
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.caseload_toys import COLUMNS, COMMUNES, DEPARTEMENTS, FILIERES, count

ALL_COLUMNS = (
    *COLUMNS,
    "classe_age",
    "annee_naissance",
    "statut_diagnostic",
    "date_diagnostic",
    "date_premiers_signes",
)
_CERTAINTY = {"indetermine": 1, "probable": 2, "confirme": 3}
_MODALITIES = ("site", "telemedecine")
_KEYS = ("modalite", "classe_age", "departement_residence")

days = st.dates(dt.date(2021, 12, 1), dt.date(2024, 1, 31)).map(str)
events = st.fixed_dictionaries(
    {
        "patient_id": st.sampled_from(["P1", "P2", "P3", "P4", "P5"]),
        "date": days,
        "centre_id": st.sampled_from(list(FILIERES)),
        "groupe_maladie": st.sampled_from(["foie", "rein", "peau"]),
        "code_commune": st.sampled_from(
            ["01004", "1004", "2A004", "2a004", "75056", "75999", "97105", "99109", ""]
        ),
        "modalite": st.sampled_from(_MODALITIES),
        "classe_age": st.sampled_from(["", "", "enfant", "adulte"]),
        "annee_naissance": st.sampled_from(["", "1950", "2004", "2005", "2006", "2015"]),
        "statut_diagnostic": st.sampled_from(["", *_CERTAINTY]),
        "date_diagnostic": st.one_of(st.just(""), days),
        "date_premiers_signes": st.one_of(st.just(""), days),
    }
)


def departement(commune):
    """Return the département of a commune, « 99 » abroad or unknown; None when nothing is written."""
    return COMMUNES.get(commune.upper().zfill(5), "99") if commune else None


def age(event):
    if event["classe_age"] or not event["annee_naissance"]:
        return event["classe_age"] or None
    return "enfant" if int(event["date"][:4]) - int(event["annee_naissance"]) < 18 else "adulte"


def delay_days(event):
    if not event["date_diagnostic"] or not event["date_premiers_signes"]:
        return None
    diagnosis, signs = (
        dt.date.fromisoformat(event[f"date_{name}"]) for name in ("diagnostic", "premiers_signes")
    )
    return (diagnosis - signs).days if diagnosis >= signs else None


def last(rows, value):
    """Return the value of the last row that has one; the greatest on the same day."""
    known = [(row["date"], value(row)) for row in rows if value(row) is not None]
    return max(known)[1] if known else None


def grouped(rows, *keys):
    found = defaultdict(list)
    for row in rows:
        found[tuple(row[key] for key in keys)].append(row)
    return found


def with_years(given_events):
    """Return the events with what is known of each patient's year: residence, age, centres, arrivals."""
    rows = [
        event | {"annee": int(event["date"][:4]), "filiere": FILIERES[event["centre_id"]]}
        for event in given_events
    ]
    first = {
        key: min(row["annee"] for row in seen)
        for key, seen in grouped(rows, "patient_id", "centre_id").items()
    }
    for seen in grouped(rows, "patient_id", "annee").values():
        ages = sorted((row["date"], age(row) == "adulte", age(row)) for row in seen if age(row))
        known = {
            "residence": last(seen, lambda row: departement(row["code_commune"])) or "99",
            "age": ages[0][2] if ages else None,
            "centres": len({row["centre_id"] for row in seen}),
        }
        for row in seen:
            row |= known | {"nouveau": first[row["patient_id"], row["centre_id"]] == row["annee"]}
    return rows


def breakdowns(rows, *, complet):
    """Yield each (modality, age class, département) of a table with the rows of the patients that it counts."""
    by_patient = grouped(rows, "patient_id").values()
    for modalite, classe, place in itertools.product(
        ("total", *_MODALITIES), ("tous", "enfant", "adulte"), ("tous", "99", *DEPARTEMENTS)
    ):
        if not complet and place != "tous" and (modalite, classe) != ("total", "tous"):
            continue
        kept = [
            seen
            for seen in by_patient
            if (modalite == "total" or any(row["modalite"] == modalite for row in seen))
            and classe in ("tous", seen[0]["age"])
            and place in ("tous", seen[0]["residence"])
        ]
        yield (modalite, classe, place), kept


def file_active(rows, *, complet):
    """Return {(centre, group, year, modality, age, département): counts} of what has patients."""
    found = {}
    first_year = min(row["annee"] for row in rows)
    everything = {**grouped(rows, "centre_id", "groupe_maladie", "annee")}
    everything |= {
        (centre, "tous", year): seen for (centre, year), seen in grouped(rows, "centre_id", "annee").items()
    }
    for key, seen in everything.items():
        for breakdown, patients in breakdowns(seen, complet=complet):
            statuses = [
                last(rows_of, lambda row: _CERTAINTY.get(row["statut_diagnostic"])) for rows_of in patients
            ]
            delays = [delay for rows_of in patients if (delay := last(rows_of, delay_days)) is not None]
            if patients:
                found[*key, *breakdown] = (
                    len(patients),
                    None if key[2] == first_year else sum(rows_of[0]["nouveau"] for rows_of in patients),
                    *(statuses.count(level) for level in (3, 2, 1)),
                    round(statistics.median(delays) / 30.4375, 1) if delays else None,
                )
    return found


def territory(rows):
    everything = {("tous", "tous", year): seen for (year,), seen in grouped(rows, "annee").items()}
    everything |= {(g, "tous", y): seen for (g, y), seen in grouped(rows, "groupe_maladie", "annee").items()}
    everything |= {("tous", f, y): seen for (f, y), seen in grouped(rows, "filiere", "annee").items()}
    return {
        (*key, *breakdown): len(patients)
        for key, seen in everything.items()
        for breakdown, patients in breakdowns(seen, complet=True)
        if patients
    }


def counted(given_events, **asked):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, ALL_COLUMNS)
            writer.writeheader()
            writer.writerows(given_events)
        return count(path, Path(folder) / "out", **asked)[1]


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(events, min_size=1, max_size=40), st.booleans())
def test_every_table_is_that_of_the_plain_count(given_events, complet):
    found, rows = counted(given_events, complet=complet), with_years(given_events)
    measures = ("patients", "nouveaux_patients", "diagnostics_confirmes", "diagnostics_probables")
    measures += ("diagnostics_indetermines", "delai_diagnostic_median_mois")
    table = {
        tuple(row[key] for key in ("centre_id", "groupe_maladie", "annee", *_KEYS)): tuple(
            row[name] for name in measures
        )
        for row in found["file_active"]
    }
    assert len(table) == len(found["file_active"])
    assert {key: values for key, values in table.items() if values[0]} == file_active(rows, complet=complet)
    places = {
        tuple(row[key] for key in ("groupe_maladie", "filiere", "annee", *_KEYS)): row["patients"]
        for row in found["file_active_territoire"]
    }
    expected = territory(rows)
    assert places == {
        key: people for key, people in expected.items() if complet or "total" in key or key[4] == "tous"
    }


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(events, min_size=1, max_size=40))
def test_the_smaller_tables_are_those_of_the_plain_count(given_events):
    found, rows = counted(given_events), with_years(given_events)
    by_centre = grouped(rows, "centre_id", "annee")
    assert {(row["centre_id"], row["annee"]): row["evenements"] for row in found["file_active_centre"]} == {
        key: len(seen) for key, seen in by_centre.items()
    }
    assert {
        (row["centre_id"], row["annee"]): row["patients_vus_ailleurs"] for row in found["file_active_centre"]
    } == {
        key: len({row["patient_id"] for row in seen if row["centres"] > 1}) for key, seen in by_centre.items()
    }
    shares = defaultdict(set)
    for row in rows:
        shares[row["annee"], min(row["centres"], 3)].add(row["patient_id"])
    assert {(row["annee"], int(row["centres"][0])): row["patients"] for row in found["multi_centres"]} == {
        key: len(patients) for key, patients in shares.items()
    }
    flows = {
        (row["departement_residence"], row["centre_id"], row["annee"], row["groupe_maladie"]): row["patients"]
        for row in found["flux"]
    }
    assert flows == {
        (key[5], key[0], key[2], key[1]): values[0]
        for key, values in file_active(rows, complet=True).items()
        if key[3:5] == ("total", "tous") and key[5] != "tous"
    }


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(events, min_size=2, max_size=40), st.randoms(use_true_random=False))
def test_the_order_of_the_events_changes_nothing(given_events, chance):
    shuffled = list(given_events)
    chance.shuffle(shuffled)
    assert counted(given_events) == counted(shuffled)
