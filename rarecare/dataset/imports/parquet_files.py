"""Parquet files, read by batches; texts stay encoded by dictionary so that none is written out many times."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from rarecare.dataset.imports.cells import Cells, make_sheet
from rarecare.dataset.imports.refusals import Faults, column_letters
from rarecare.dataset.imports.sources import Limits, Sheet
from rarecare.dataset.imports.texts import NoTextError, text_of
from rarecare.errors import RarecareError

_BATCH_ROWS = 4_096
_SHORT_FIGURES = 7
_FIGURES = 15
_SIMPLE = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_boolean,
    pa.types.is_temporal,
    pa.types.is_null,
)


def read_parquet(content: bytes, faults: Faults, limits: Limits) -> Sheet:
    """Return the table; its first row holds the names of the columns.

    Raises :class:`rarecare.errors.DataProblems` when the file is broken, too large, or holds composed columns.
    """
    try:
        return _read(content, Cells(faults, limits))
    except RarecareError:
        raise
    # the reader of Parquet is foreign and compiled: whatever it raises means a broken file
    except Exception as error:
        raise faults.stop("parquet-illisible", value=f"{type(error).__name__}") from None


def _read(content: bytes, cells: Cells) -> Sheet:
    with pq.ParquetFile(io.BytesIO(content)) as opened:
        _refuse_size(opened.metadata, cells)
        schema = opened.schema_arrow
        _refuse_columns(schema, cells.faults)
        texts = [field.name for field in schema if pa.types.is_string(field.type)]
    rows = [cells.row(schema.names, line=1)]
    with pq.ParquetFile(io.BytesIO(content), read_dictionary=texts) as file:
        for batch in file.iter_batches(batch_size=_BATCH_ROWS, use_threads=False):
            _refuse_long_texts(batch, cells)
            columns = [
                list(_column_texts(column, cells.faults, line=len(rows) + 1, index=index))
                for index, column in enumerate(batch.columns)
            ]
            for row in zip(*columns, strict=True):
                rows.append(cells.row(row, line=len(rows) + 1))
    return make_sheet("", rows)


def _refuse_size(metadata: pq.FileMetaData, cells: Cells) -> None:
    limits, faults = cells.limits, cells.faults
    unpacked = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
    if metadata.num_columns > limits.columns:
        raise faults.stop("trop-de-colonnes", value=f"{metadata.num_columns} colonnes")
    if metadata.num_rows >= limits.rows:
        raise faults.stop("trop-de-lignes", value=f"{metadata.num_rows} lignes")
    if metadata.num_rows * metadata.num_columns > limits.cells:
        raise faults.stop(
            "trop-de-cellules", value=f"{metadata.num_rows} lignes × {metadata.num_columns} colonnes"
        )
    if unpacked > limits.unpacked_bytes:
        raise faults.stop("archive-demesuree", value=f"{unpacked / 1_000_000:.0f} Mo une fois décompressé")


def _refuse_columns(schema: pa.Schema, faults: Faults) -> None:
    for index, field in enumerate(schema):
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if not any(accepts(kind) for accepts in _SIMPLE):
            faults.add("colonne-composee", column=column_letters(index), value=f"{field.name} ({kind})")
        if schema.names.count(field.name) > 1:
            faults.add("colonne-en-double", line=1, column=column_letters(index), value=field.name)
    faults.raise_any()


def _refuse_long_texts(batch: pa.RecordBatch, cells: Cells) -> None:
    for index, column in enumerate(batch.columns):
        values = column.dictionary if pa.types.is_dictionary(column.type) else column
        if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
            longest = max((len(value.as_buffer() or b"") for value in values if value.is_valid), default=0)
            if longest > 4 * cells.limits.cell_characters:
                cells.faults.add(
                    "cellule-trop-longue", column=column_letters(index), value=f"{longest} octets"
                )
    cells.faults.raise_any()


def _column_texts(column: pa.Array, faults: Faults, *, line: int, index: int) -> Iterator[str]:
    figures = _SHORT_FIGURES if _is_short_float(column.type) else _FIGURES
    for place, value in enumerate(_python_values(column), start=line):
        try:
            yield text_of(value, figures=figures)
        except NoTextError as error:
            faults.add("cellule-en-erreur", line=place, column=column_letters(index), value=str(error))
            yield ""


def _is_short_float(kind: pa.DataType) -> bool:
    return bool(pa.types.is_float32(kind) or pa.types.is_float16(kind))


def _python_values(column: pa.Array) -> list[Any]:
    if pa.types.is_timestamp(column.type):
        # nanoseconds have no Python moment, and no table needs them
        column = column.cast(pa.timestamp("us"), safe=False)
    if pa.types.is_dictionary(column.type):
        known = _python_values(column.dictionary)
        return [None if place is None else known[place] for place in column.indices.to_pylist()]
    return list(column.to_pylist())
