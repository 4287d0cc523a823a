"""What a file is, told by its first bytes: never by its name, which anyone can change."""

from __future__ import annotations

import re

_PDF = b"%PDF"
# (first bytes, slug of the refusal)
_SIGNATURES = (
    (_PDF, "document-pdf"),
    (b"{\\rtf", "document-bureautique"),
    (b"%!PS", "document-bureautique"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"8BPS", "image"),
    (b"\x1f\x8b", "fichier-compresse"),
    (b"BZh", "fichier-compresse"),
    (b"\xfd7zXZ\x00", "fichier-compresse"),
    (b"7z\xbc\xaf\x27\x1c", "fichier-compresse"),
    (b"Rar!\x1a\x07", "fichier-compresse"),
    (b"\x28\xb5\x2f\xfd", "fichier-compresse"),
    (b"\x04\x22\x4d\x18", "fichier-compresse"),
    (b"PARE", "fichier-protege"),
    (b"ARROW1", "fichier-binaire"),
    (b"FEA1", "fichier-binaire"),
    (b"ORC", "fichier-binaire"),
    (b"Obj\x01", "fichier-binaire"),
    (b"SQLite format 3", "fichier-binaire"),
    (b"\x7fELF", "fichier-binaire"),
    (b"\x93NUMPY", "fichier-binaire"),
    (b"\x89HDF", "fichier-binaire"),
    (b"$FL2", "fichier-binaire"),
    (b"ID;P", "fichier-binaire"),
    (b"\x09\x08", "classeur-ancien"),
    (b"\x09\x04", "classeur-ancien"),
    (b"\x09\x02", "classeur-ancien"),
    (b"\x09\x00", "classeur-ancien"),
)
# (bytes, place, slug): what is told elsewhere than at the start
_INNER_SIGNATURES = (
    (b"ustar", 257, "fichier-compresse"),
    (b"DUCK", 8, "fichier-binaire"),
    (b"WEBP", 8, "image"),
)
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
PARQUET = b"PAR1"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# names of the streams of an OLE file, in UTF-16
_OLE_STREAMS = (
    ("EncryptedPackage", "fichier-protege"),
    ("Workbook", "classeur-ancien"),
    ("Book", "classeur-ancien"),
    ("WordDocument", "document-bureautique"),
    ("PowerPoint Document", "document-bureautique"),
)
_MARKUP = re.compile(rb"<[a-z!?]", re.IGNORECASE)
_HTML = re.compile(rb"<(!doctype html|html|head|body|table|script|meta|div|title)\b", re.IGNORECASE)
_WEB_ARCHIVE = re.compile(rb"(mime-version|from):[^\n]*\n(.*\n)*content-type:", re.IGNORECASE)
_JSON = re.compile(rb"[\[{]\s*([\"\[{]|[\]}]|-?\d+(\.\d+)?\s*[,\]])")
_HEAD_BYTES = 2_048
_MOST_CONTROLS = 0.05
_CONTROLS = bytes(sorted(set(range(32)) - set(b"\t\n\r\f")))


def refused_kind(content: bytes) -> str:
    """Return the slug of the rule that refuses this kind of file, ``""`` for a workbook, Parquet or a plain text."""
    head = content[:_HEAD_BYTES]
    if head.startswith((*ZIP, PARQUET)):
        return ""
    for start, slug in _SIGNATURES:
        if head.startswith(start) or (start == _PDF and head.lstrip().startswith(start)):
            return slug
    for inner, place, slug in _INNER_SIGNATURES:
        if head[place : place + len(inner)] == inner:
            return slug
    if head.startswith(_OLE):
        return _ole_kind(content)
    return _text_kind(head)


def _ole_kind(content: bytes) -> str:
    for stream, slug in _OLE_STREAMS:
        if stream.encode("utf-16-le") in content:
            return slug
    return "fichier-binaire"


def _text_kind(head: bytes) -> str:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff"))
    if not wide and len(head.translate(None, delete=_CONTROLS)) < len(head) * (1 - _MOST_CONTROLS):
        return "fichier-binaire"
    # without its mark and its zero bytes, an UTF-16 page reads like any other
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\f")
    if _MARKUP.match(text):
        return "page-html" if _HTML.search(text) else "fichier-xml"
    if _WEB_ARCHIVE.match(text):
        return "page-html"
    return "fichier-json" if _JSON.match(text) else ""
