"""The archive that a workbook is: told apart, weighed and unpacked under watch before anything reads it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from rarecare.dataset.imports.refusals import Faults
from rarecare.dataset.imports.sources import Limits

_CHUNK_BYTES = 1 << 18
_ENCRYPTED_FLAG = 0x1
_LOCAL_HEADER_BYTES = 30
_LOCAL_HEADER_LENGTHS = struct.Struct("<HH")
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_XLSX_MAIN, _XLSB_MAIN = "xl/workbook.xml", "xl/workbook.bin"
_SMALL_PART_BYTES = 10_000_000


@dataclass(frozen=True)
class Archive:
    """The parts of a workbook whose announced sizes are within the limits."""

    content: bytes
    entries: dict[str, zipfile.ZipInfo]
    faults: Faults
    limits: Limits

    def chunks(self, name: str) -> Iterator[bytes]:
        """Unpack one part piece by piece.

        Raises :class:`rarecare.errors.DataProblems` when it gives more, or less, or other bytes than announced.
        """
        info = self.entries[name]
        size, checksum = 0, 0
        for chunk in _unpacked(self.content, info, self.faults):
            size += len(chunk)
            checksum = zlib.crc32(chunk, checksum)
            if size > info.file_size:
                break
            yield chunk
        if size != info.file_size or checksum != info.CRC:
            raise self.faults.stop("classeur-corrompu", value=name)

    def read(self, name: str) -> bytes:
        """Unpack one small part; a part of more than 10 MB is refused."""
        if self.entries[name].file_size > _SMALL_PART_BYTES:
            raise self.faults.stop("archive-demesuree", value=name)
        return b"".join(self.chunks(name))

    def find(self, name: str) -> str:
        """Return the part of that name, whatever its case, ``""`` when there is none."""
        return next((entry for entry in self.entries if entry.lower() == name.lower()), "")


def open_archive(content: bytes, faults: Faults, limits: Limits) -> Archive:
    """Return the archive, once its announced sizes are known to be within the limits.

    Raises :class:`rarecare.errors.DataProblems` when it is broken, encrypted, or would grow beyond the limits.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
    # whatever a broken archive makes zipfile raise means the same to the reader
    except Exception as error:
        raise faults.stop("classeur-corrompu", value=type(error).__name__) from None
    if len(infos) > limits.entries:
        raise faults.stop("archive-demesuree", value=f"{len(infos)} fichiers dans l'archive")
    if any(info.flag_bits & _ENCRYPTED_FLAG for info in infos):
        raise faults.stop("fichier-protege")
    _weigh(content, infos, faults, limits)
    entries = {info.filename: info for info in infos if not info.is_dir()}
    names = {name.lower() for name in entries}
    if len(names) != sum(not info.is_dir() for info in infos):
        raise faults.stop("classeur-corrompu", value="deux parties de même nom")
    return Archive(content, entries, faults, limits)


def kind_of_archive(archive: Archive) -> str:
    """Return ``"xlsx"``, ``"ods"``, or the slug of the rule that refuses this archive."""
    if archive.find(_XLSX_MAIN):
        return "xlsx"
    if archive.find(_XLSB_MAIN):
        return "classeur-binaire"
    if archive.find("mimetype"):
        declared = archive.read(archive.find("mimetype")).strip()
        if declared.startswith(_SPREADSHEET):
            return "ods" if archive.find("content.xml") else "classeur-corrompu"
        if declared.startswith(b"application/vnd.oasis."):
            return "document-bureautique"
    if any(name.lower().startswith(("word/", "ppt/")) for name in archive.entries):
        return "document-bureautique"
    return "classeur-corrompu" if archive.find("[Content_Types].xml") else "fichier-compresse"


def refuse_macros(archive: Archive) -> None:
    """Refuse a workbook that holds a macro, declares some, or is of a kind made to hold some."""
    for name in archive.entries:
        lower = name.lower()
        if (
            lower.endswith("vbaproject.bin")
            or "macrosheets/" in lower
            or lower.startswith(("basic/", "scripts/"))
        ):
            archive.faults.add("macro", value=name)
    types = archive.find("[Content_Types].xml")
    if types and b"macroenabled" in archive.read(types).replace(b"\x00", b"").lower():
        archive.faults.add("macro", value="classeur de type .xlsm")
    archive.faults.raise_any()


def refuse_encryption(archive: Archive) -> None:
    """Refuse an ODS workbook whose parts are encrypted."""
    manifest = archive.find("META-INF/manifest.xml")
    if manifest and b"encryption-data" in archive.read(manifest):
        raise archive.faults.stop("fichier-protege")


def _weigh(content: bytes, infos: list[zipfile.ZipInfo], faults: Faults, limits: Limits) -> None:
    packed = sum(info.compress_size for info in infos)
    unpacked = sum(info.file_size for info in infos)
    if packed > len(content):
        raise faults.stop("classeur-corrompu", value="parties superposées")
    if unpacked > limits.unpacked_bytes or (
        unpacked > limits.ratio_from_bytes and unpacked > limits.ratio * max(1, packed)
    ):
        value = f"{unpacked / 1_000_000:.0f} Mo une fois décompressé, pour {len(content) / 1_000_000:.1f} Mo"
        raise faults.stop("archive-demesuree", value=value.replace(".", ","))


def _unpacked(content: bytes, info: zipfile.ZipInfo, faults: Faults) -> Iterator[bytes]:
    start = info.header_offset + _LOCAL_HEADER_BYTES
    if not content[info.header_offset : start].startswith(b"PK\x03\x04") or start > len(content):
        raise faults.stop("classeur-corrompu", value=info.filename)
    start += sum(_LOCAL_HEADER_LENGTHS.unpack_from(content, start - 4))
    packed = memoryview(content)[start : start + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        yield from (bytes(packed[at : at + _CHUNK_BYTES]) for at in range(0, len(packed), _CHUNK_BYTES))
    elif info.compress_type == zipfile.ZIP_DEFLATED:
        yield from _inflated(packed, info, faults)
    else:
        raise faults.stop("classeur-corrompu", value=info.filename)


def _inflated(packed: memoryview, info: zipfile.ZipInfo, faults: Faults) -> Iterator[bytes]:
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for at in range(0, len(packed), _CHUNK_BYTES):
            pending: bytes | memoryview = packed[at : at + _CHUNK_BYTES]
            while pending:
                chunk = machine.decompress(pending, _CHUNK_BYTES)
                pending = machine.unconsumed_tail
                if chunk:
                    yield chunk
                if machine.eof:
                    return
        yield machine.flush()
    except zlib.error:
        raise faults.stop("classeur-corrompu", value=info.filename) from None
