"""The encoding of a text file: said by its first bytes, UTF-8, or one of the old ones that give sensible French."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Sequence

from charset_normalizer import from_bytes

from rarecare.dataset.imports.refusals import Faults

# the longer marks first: the mark of UTF-32 begins like the one of UTF-16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FRENCH_LOWER = frozenset("àâäçéèêëîïôöùûüÿœæ")
_FRENCH_UPPER = frozenset("ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒ")
_TYPOGRAPHY = frozenset("«»‘’“”–—…°²³€·≤≥\N{NO-BREAK SPACE}")
# accents of foreign names are rare but right
_FOREIGN = frozenset("áíóúñãõåøìòßÁÍÓÚÑ")
# (encodings, least score): an encoding of an old system must give almost nothing but the accents of French
_CANDIDATES = ((("cp1252", "iso8859_15"), 0.75), (("mac_roman", "cp850"), 0.9))
_ACCENTED_WORD = re.compile(rb"[\xc0-\xff]{3,}")
_MOST_IN_WORDS = 0.2
_CHUNK_BYTES = 1 << 20
_GUESS_BYTES = 20_000
NAMES = {
    "utf-8-sig": "UTF-8",
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
    "iso8859_15": "ISO 8859-15",
    "mac_roman": "Mac Roman",
    "cp850": "DOS 850",
}


def find_encoding(content: bytes, faults: Faults) -> str:
    """Return the Python name of the encoding in which the whole of *content* decodes.

    Raises :class:`rarecare.errors.DataProblems` when there is none.
    """
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    error = first_fault(content, marked or "utf-8")
    if error is None:
        return marked or "utf-8"
    guessed = "" if marked else single_byte_encoding(content)
    if not guessed:
        raise faults.stop(
            "encodage-incorrect", line=_line_of(content, error), value=_value(content, error, marked)
        )
    return guessed


def first_fault(content: bytes, encoding: str) -> int | None:
    """Return the place of the first byte that does not decode, ``None`` when all do."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    for start in range(0, len(content) + 1, _CHUNK_BYTES):
        last = start + _CHUNK_BYTES > len(content)
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(content[start : start + _CHUNK_BYTES], final=last)
        except UnicodeError as error:
            place = error.start if isinstance(error, UnicodeDecodeError) else 0
            return max(0, start - pending) + place
    return None


def single_byte_encoding(content: bytes) -> str:
    """Return the one-byte encoding that gives the most sensible French, ``""`` when none does.

    cp1252 and its cousin are asked first: the others are only for files of old systems.
    """
    high = Counter(content.translate(None, delete=bytes(range(128))))
    # whole words of accented letters are another alphabet: Cyrillic read as cp1252 is « Áîëüíèöà »
    if sum(map(len, _ACCENTED_WORD.findall(content))) > _MOST_IN_WORDS * high.total():
        return ""
    for names, least in _CANDIDATES:
        scores = {name: _french_score(high, name) for name in names}
        best = max(names, key=lambda name: scores[name])
        if scores[best] >= least:
            return best
    return ""


def _french_score(high: Counter[int], encoding: str) -> float:
    try:
        weights = {byte: _weight(bytes([byte]).decode(encoding)) for byte in high}
    except UnicodeDecodeError:
        return 0.0
    return sum(weights[byte] * count for byte, count in high.items()) / max(1, high.total())


def _weight(character: str) -> float:
    weights: Sequence[tuple[frozenset[str], float]] = (
        (_FRENCH_LOWER, 1.0),
        (_FRENCH_UPPER, 0.9),
        (_TYPOGRAPHY, 0.8),
        (_FOREIGN, 0.7),
    )
    return next((weight for group, weight in weights if character in group), 0.0)


def _line_of(content: bytes, place: int) -> int:
    return content.count(b"\n", 0, place) + 1


def _value(content: bytes, place: int, marked: str) -> str:
    shown = f"octet 0x{content[place : place + 1].hex()}"
    if marked:
        return f"{shown} dans un fichier annoncé en {NAMES[marked]}"
    best = from_bytes(content[:_GUESS_BYTES]).best()
    return f"{shown}, encodage probable : {best.encoding}" if best else shown
